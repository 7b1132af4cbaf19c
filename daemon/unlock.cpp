// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/unlock.h"

#include "core/crypto/secret.h"
#include "daemon/private_file.h"

#include <unistd.h>

#include <functional>
#include <memory>

namespace kith::daemon {
namespace {

using api::failure;
using api::Problem;
using identity::KeyfileMode;

constexpr std::size_t key_size = 32;
// A passphrase file may hold a long sentence, not a book.
constexpr std::size_t passphrase_size = 4096;

/// Refusals of the key file, in the words of the user.
api::Failure keyfile_failure(const Error& error, const std::string& path) {
    if (error.code == Code::BadKey) {
        return api::Failure(Problem::BadPassphrase, "wrong passphrase");
    }
    if (error.code == Code::UnsupportedVersion) {
        return api::Failure(Problem::NewerData, path + " was written by a newer kith");
    }
    if (error.code == Code::Busy) {
        api::Failure busy(Problem::Busy, "not enough memory free to open the key file now");
        return busy;
    }
    return api::Failure(Problem::StoreCorrupt, path + " is damaged: " + error.context);
}

api::Failure file_failure(const Error& error) {
    if (error.code == Code::Refused) {
        return api::Failure(Problem::Forbidden, error.context, "chmod 600 on it");
    }
    return api::from_error(error);
}

/// The worker keeps the job until it ends, so the secrets are shared with it.
using SharedText = std::shared_ptr<std::string>;

SharedText share_secret(std::string text) {
    return {new std::string(std::move(text)), [](std::string* held) {
                wipe(*held);
                delete held;
            }};
}

using OpenJob = std::function<Result<crypto::MasterKey>()>;

OpenJob open_job(Bytes sealed, SharedText passphrase) {
    return [sealed = std::move(sealed), passphrase = std::move(passphrase)] {
        return identity::open_with_passphrase(sealed, as_bytes(*passphrase));
    };
}

}  // namespace

void wipe(std::string& text) {
    crypto::wipe(MutableByteView(reinterpret_cast<std::uint8_t*>(text.data()), text.size()));
    text.clear();
}

Unlock::Unlock(const ProfilePaths& paths, Environment environment, Worker& worker, Random& random)
    : paths_(paths), environment_(std::move(environment)), worker_(worker), random_(random) {}

api::Outcome<std::optional<KeyfileMode>> Unlock::mode() const {
    const auto file =
        read_private_file(paths_.identity_key, identity::keyfile_size, Privacy::Secret);
    if (!file) return tl::unexpected(file_failure(file.error()));
    if (!file->has_value()) return std::optional<KeyfileMode>();
    const auto mode = identity::keyfile_mode(**file);
    if (!mode) return tl::unexpected(keyfile_failure(mode.error(), paths_.identity_key));
    return std::optional<KeyfileMode>(*mode);
}

api::Outcome<Bytes> Unlock::sealed() const {
    auto file = read_private_file(paths_.identity_key, identity::keyfile_size, Privacy::Secret);
    if (!file) return tl::unexpected(file_failure(file.error()));
    if (!file->has_value()) return failure(Problem::NotSetUp);
    return std::move(**file);
}

api::Outcome<std::optional<std::string>> Unlock::configured_passphrase() const {
    std::string path = environment_("KITH_PASSPHRASE_FILE").value_or("");
    if (path.empty()) {
        const std::string credentials = environment_("CREDENTIALS_DIRECTORY").value_or("");
        if (credentials.empty()) return std::optional<std::string>();
        path = credentials + "/kith-passphrase";
    }
    const auto file = read_private_file(path, passphrase_size, Privacy::Secret);
    if (!file) return tl::unexpected(file_failure(file.error()));
    if (!file->has_value()) return std::optional<std::string>();
    std::string text(as_text(**file));
    text.resize(std::min(text.find_first_of("\r\n"), text.size()));
    return std::optional<std::string>(std::move(text));
}

api::Outcome<crypto::MasterKey> Unlock::open_with_key_file(const Bytes& sealed) const {
    auto file = read_private_file(paths_.unlock_key, key_size, Privacy::Secret);
    if (!file) return tl::unexpected(file_failure(file.error()));
    if (!file->has_value()) {
        return failure(Problem::StoreCorrupt, paths_.unlock_key + " is missing");
    }
    const crypto::WipeGuard wiped(**file);
    const auto key = crypto::PassphraseKey::from(**file);
    if (!key) return failure(Problem::StoreCorrupt, paths_.unlock_key + " is damaged");
    auto master = identity::open_with_key(sealed, *key);
    if (master) return *std::move(master);
    if (master.error().code == Code::BadKey) {
        return failure(Problem::StoreCorrupt,
                       paths_.unlock_key + " does not belong to " + paths_.identity_key);
    }
    return tl::unexpected(keyfile_failure(master.error(), paths_.identity_key));
}

Task<api::Outcome<std::optional<crypto::MasterKey>>> Unlock::open_unattended() {
    using Nothing = std::optional<crypto::MasterKey>;
    KITH_CO_TRY(const auto found, mode());
    if (!found) co_return Nothing();
    if (*found == KeyfileMode::Key) {
        KITH_CO_TRY(const Bytes file, sealed());
        KITH_CO_TRY(crypto::MasterKey master, open_with_key_file(file));
        co_return Nothing(std::move(master));
    }
    KITH_CO_TRY(auto passphrase, configured_passphrase());
    if (!passphrase) co_return Nothing();
    KITH_CO_TRY(crypto::MasterKey master, co_await open_with(*std::move(passphrase)));
    co_return Nothing(std::move(master));
}

Task<api::Outcome<crypto::MasterKey>> Unlock::open_with(std::string passphrase) {
    const SharedText secret = share_secret(std::move(passphrase));
    KITH_CO_TRY(Bytes file, sealed());
    OpenJob job = open_job(std::move(file), secret);
    auto opened = co_await worker_.run(std::move(job));
    if (!opened) co_return tl::unexpected(api::from_error(opened.error()));
    Result<crypto::MasterKey>& master = *opened;
    if (!master) co_return tl::unexpected(keyfile_failure(master.error(), paths_.identity_key));
    co_return std::move(*master);
}

Task<Result<Bytes>> Unlock::seal(std::shared_ptr<crypto::MasterKey> master,
                                 std::string passphrase) {
    if (passphrase.empty()) {
        const auto key =
            crypto::PassphraseKey::made_by([this](MutableByteView out) { random_.fill(out); });
        KITH_CO_CHECK(replace_private_file(paths_.unlock_key, key.expose()));
        co_return identity::seal_with_key(*master, key, random_);
    }
    const SharedText secret = share_secret(std::move(passphrase));
    std::function<Result<Bytes>()> job = [this, master, secret] {
        const ByteView text = as_bytes(*secret);
        auto sealed =
            identity::seal_with_passphrase(*master, text, crypto::passphrase_default, random_);
        // A small machine gets the least that is allowed rather than nothing.
        if (!sealed && sealed.error().code == Code::Busy) {
            sealed =
                identity::seal_with_passphrase(*master, text, crypto::passphrase_floor, random_);
        }
        return sealed;
    };
    auto done = co_await worker_.run(std::move(job));
    if (!done) co_return tl::unexpected(done.error());
    co_return *std::move(done);
}

Task<api::Outcome<crypto::MasterKey>> Unlock::create(std::string passphrase) {
    auto master = std::make_shared<crypto::MasterKey>(
        crypto::MasterKey::made_by([this](MutableByteView out) { random_.fill(out); }));
    const auto file = co_await seal(master, std::move(passphrase));
    if (!file) co_return tl::unexpected(api::from_error(file.error()));
    const auto written = replace_private_file(paths_.identity_key, *file);
    if (!written) co_return tl::unexpected(api::from_error(written.error()));
    co_return std::move(*master);
}

Task<api::Outcome<>> Unlock::change(std::string passphrase) {
    KITH_CO_TRY(const auto sealed_by, mode());
    if (passphrase.empty() || sealed_by != KeyfileMode::Key) co_return api::Outcome<>();
    KITH_CO_TRY(auto master, co_await open_unattended());
    auto shared = std::make_shared<crypto::MasterKey>(*std::move(master));
    const auto file = co_await seal(std::move(shared), std::move(passphrase));
    if (!file) co_return tl::unexpected(api::from_error(file.error()));
    const auto written = replace_private_file(paths_.identity_key, *file);
    if (!written) co_return tl::unexpected(api::from_error(written.error()));
    ::unlink(paths_.unlock_key.c_str());
    co_return api::Outcome<>();
}

void Unlock::discard() {
    ::unlink(paths_.identity_key.c_str());
    ::unlink(paths_.unlock_key.c_str());
}

}  // namespace kith::daemon
