// SPDX-License-Identifier: GPL-3.0-or-later
// A list of what is refused, not of what is allowed: glibc, RocksDB and GnuTLS change their choice
// of calls with every version, and a daemon killed by a new one would lose what it was doing.
#include "daemon/hardening.h"
#include "daemon/private_file.h"

#include <seccomp.h>

#include <array>
#include <cerrno>
#include <memory>

namespace kith::daemon {
namespace {

#ifdef __SANITIZE_ADDRESS__
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif

constexpr std::array refused{
    SCMP_SYS(execve),
    SCMP_SYS(execveat),
    SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(kcmp),
    SCMP_SYS(mount),
    SCMP_SYS(umount2),
    SCMP_SYS(pivot_root),
    SCMP_SYS(chroot),
    SCMP_SYS(unshare),
    SCMP_SYS(setns),
    SCMP_SYS(init_module),
    SCMP_SYS(finit_module),
    SCMP_SYS(delete_module),
    SCMP_SYS(kexec_load),
    SCMP_SYS(reboot),
    SCMP_SYS(swapon),
    SCMP_SYS(swapoff),
    SCMP_SYS(bpf),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(add_key),
    SCMP_SYS(request_key),
    SCMP_SYS(keyctl),
    SCMP_SYS(userfaultfd),
    SCMP_SYS(settimeofday),
    SCMP_SYS(clock_settime),
    SCMP_SYS(sethostname),
    SCMP_SYS(setdomainname),
    SCMP_SYS(acct),
    SCMP_SYS(quotactl),
    SCMP_SYS(personality),
    SCMP_SYS(open_by_handle_at),
    SCMP_SYS(io_uring_setup),
    SCMP_SYS(vmsplice),
    SCMP_SYS(setuid),
    SCMP_SYS(setgid),
    SCMP_SYS(setresuid),
    SCMP_SYS(setresgid),
};

}  // namespace

Result<> confine_calls() {
    const std::unique_ptr<void, decltype(&seccomp_release)> filter(seccomp_init(SCMP_ACT_ALLOW),
                                                                   &seccomp_release);
    if (!filter) return fail(Code::Internal, "seccomp: no memory");
    for (const int call : refused) {
        // LeakSanitizer stops the threads of its own process that way.
        if (sanitized && call == SCMP_SYS(ptrace)) continue;
        const int error =
            seccomp_rule_add_array(filter.get(), SCMP_ACT_ERRNO(EPERM), call, 0, nullptr);
        if (error != 0) return tl::unexpected(system_error("seccomp rule", -error));
    }
    const int error = seccomp_load(filter.get());
    // A kernel without it, or a container that forbids it, is not a reason to stay offline.
    if (error != 0 && error != -EINVAL && error != -ENOSYS && error != -ECANCELED) {
        return tl::unexpected(system_error("seccomp", -error));
    }
    return success();
}

}  // namespace kith::daemon
