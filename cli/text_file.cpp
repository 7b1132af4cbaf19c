// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/text_file.h"

#include "cli/descriptor.h"

#include <fcntl.h>

#include <array>
#include <cerrno>

namespace kith::cli {

Result<std::string> read_all(int descriptor, std::size_t limit) {
    std::string text;
    std::array<char, 65536> buffer{};
    for (;;) {
        const auto count = ::read(descriptor, buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return fail(Code::NotFound, "cannot be read");
        if (count == 0) return text;
        text.append(buffer.data(), static_cast<std::size_t>(count));
        if (text.size() > limit) return fail(Code::TooLarge, "longer than expected");
    }
}

Result<std::string> read_text_file(const std::string& path, std::size_t limit) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) return fail(Code::NotFound, "cannot be opened");
    return read_all(file.get(), limit);
}

}  // namespace kith::cli
