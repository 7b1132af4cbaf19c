// SPDX-License-Identifier: GPL-3.0-or-later
// A signed prekey as it stands in a bundle.
#include "core/session/prekeys.h"
#include "core/wire/reader.h"
#include "core/wire/writer.h"
#include "tests/fuzz/property.h"

namespace kith::fuzz {

void one_input(ByteView in) {
    const auto read = [](ByteView bytes) {
        wire::Reader reader(bytes, 2048);
        return reader.finish(session::PrekeyRecord::read(reader));
    };
    expect_same_bytes(in, read, [](const session::PrekeyRecord& record) {
        Bytes out;
        wire::Writer writer(out);
        record.write(writer);
        return out;
    });
    const auto record = read(in);
    const crypto::DeviceSigningKey nobody;
    if (record) (void)session::verify_prekey<crypto::SignedPrekey>(*record, {}, nobody, {});
}

}  // namespace kith::fuzz
