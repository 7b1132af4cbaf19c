// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/root_key.h"

#include "core/crypto/kdf.h"

namespace kith::session {

RootStep step(const RootKey& root, const SharedSecret& dh, Suite suite) {
    using Output = crypto::SecretBytes<96, struct RootStepTag>;
    const auto context = be_bytes<std::uint16_t>(static_cast<std::uint16_t>(suite));
    const auto out = crypto::kdf<Output>(crypto::Label::DrRk, root.expose(), dh.expose(), context);
    return {out.part<RootKey>(0), out.part<ChainKey>(32), out.part<HeaderKey>(64)};
}

}  // namespace kith::session
