// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/profile.h"

#include "core/base/log.h"
#include "core/base/refusal.h"

#include <fmt/format.h>

#include <filesystem>

namespace kith::daemon {
namespace {

using api::failure;
using api::Problem;

/// Marks the time between two states.
class Between {
  public:
    Between(bool& busy, const std::function<void()>& settled) : busy_(busy), settled_(settled) {
        busy_ = true;
    }

    Between(const Between&) = delete;
    Between& operator=(const Between&) = delete;

    ~Between() {
        busy_ = false;
        settled_();
    }

  private:
    bool& busy_;
    const std::function<void()>& settled_;
};

}  // namespace

Profile::Profile(ProfilePaths paths, Unlock unlock, Clock& clock, Hooks hooks)
    : paths_(std::move(paths)),
      unlock_(std::move(unlock)),
      clock_(clock),
      hooks_(std::move(hooks)) {}

api::ProfileState Profile::state() const {
    if (!sealed_) return api::ProfileState::NotSetUp;
    if (opened_ == nullptr) return api::ProfileState::Locked;
    return opened_->node().is_set_up() ? api::ProfileState::Ready : api::ProfileState::NotSetUp;
}

api::Outcome<node::Node*> Profile::node() const {
    switch (state()) {
        case api::ProfileState::Ready:
            return &opened_->node();
        case api::ProfileState::Locked:
            return failure(Problem::Locked,
                           fmt::format("profile \"{}\" is locked", paths_.profile));
        default:
            return failure(Problem::NotSetUp,
                           "kith is not set up on this device",
                           "kith init --name \"Your Name\"   or: kith join LINK");
    }
}

Task<api::Outcome<>> Profile::start() {
    const Between between(busy_, hooks_.settled);
    KITH_CO_TRY(const auto mode, unlock_.mode());
    sealed_ = mode.has_value();
    if (!sealed_) co_return api::Outcome<>();
    auto master = co_await unlock_.open_unattended();
    if (!master) {
        if (!master.error().is(Problem::BadPassphrase)) {
            co_return tl::unexpected(std::move(master).error());
        }
        log::warn(log::Category::Process, "the passphrase in the file is wrong: locked");
        co_return api::Outcome<>();
    }
    if (!master->has_value()) co_return api::Outcome<>();
    co_return co_await open(*std::move(*master));
}

Task<api::Outcome<>> Profile::open(crypto::MasterKey master) {
    auto opened = co_await hooks_.open(std::move(master));
    if (!opened) co_return tl::unexpected(std::move(opened).error());
    opened_ = *std::move(opened);
    co_return api::Outcome<>();
}

Task<> Profile::close() {
    if (opened_ == nullptr) co_return;
    co_await opened_->stop();
    co_await hooks_.let_go();
    opened_.reset();
}

Task<> Profile::stop() {
    const Between between(busy_, hooks_.settled);
    co_await close();
}

Task<api::Outcome<>> Profile::unlock(std::string passphrase) {
    if (state() == api::ProfileState::NotSetUp) co_return tl::unexpected(node().error());
    if (opened_ != nullptr) co_return api::Outcome<>();
    const Duration wait = attempts_.wait(clock_.now());
    if (busy_ || wait > Duration::zero()) {
        wipe(passphrase);
        const auto left = std::chrono::ceil<seconds>(wait).count();
        co_return failure(Problem::Busy,
                          busy_ ? "the profile is being opened already"
                                : fmt::format("too many tries: wait {} s", left));
    }
    const Between between(busy_, hooks_.settled);
    auto master = co_await unlock_.open_with(std::move(passphrase));
    if (!master) {
        api::Failure wrong = std::move(master).error();
        if (wrong.is(Problem::BadPassphrase)) {
            const int left = attempts_.failed(clock_.now());
            wrong.message = left > 0
                                ? fmt::format("wrong passphrase ({} {} left before a 60 s pause)",
                                              left,
                                              left == 1 ? "try" : "tries")
                                : "wrong passphrase (the next try in 60 s)";
        }
        co_return tl::unexpected(std::move(wrong));
    }
    attempts_.succeeded();
    co_return co_await open(*std::move(master));
}

Task<api::Outcome<>> Profile::lock() {
    if (busy_) co_return failure(Problem::Busy, "the profile is being opened or closed already");
    KITH_CO_TRY(const auto mode, unlock_.mode());
    if (mode != identity::KeyfileMode::Passphrase) {
        co_return failure(Problem::Usage, "this profile has no passphrase: it cannot be locked");
    }
    const Between between(busy_, hooks_.settled);
    co_await close();
    co_return api::Outcome<>();
}

Task<api::Outcome<node::NewIdentity>> Profile::create(node::CreateOptions options,
                                                      std::string passphrase) {
    if (busy_) co_return failure(Problem::Busy, "the profile is being opened or closed already");
    if (state() != api::ProfileState::NotSetUp) {
        co_return failure(Problem::Exists,
                          fmt::format("profile \"{}\" has an identity already", paths_.profile),
                          "kith -p second init");
    }
    if (!sealed_ && std::filesystem::exists(paths_.database)) {
        co_return failure(
            Problem::Exists,
            fmt::format("there is a database without its key file in {}", paths_.data),
            fmt::format("put identity.key back, or move {} away", paths_.database));
    }
    const Between between(busy_, hooks_.settled);
    if (opened_ != nullptr) {
        // An attempt was interrupted after the store was made. It is kept: what is in it is not
        // for this function to judge.
        KITH_CO_CHECK(co_await unlock_.change(std::move(passphrase)));
        co_return co_await make_identity(std::move(options));
    }
    auto created = co_await make(std::move(options), std::move(passphrase));
    if (!created) co_await discard();
    co_return created;
}

Task<api::Outcome<node::NewIdentity>> Profile::make(node::CreateOptions options,
                                                    std::string passphrase) {
    KITH_CO_CHECK(hooks_.before_create());
    KITH_CO_TRY(crypto::MasterKey master, co_await unlock_.create(std::move(passphrase)));
    sealed_ = true;
    KITH_CO_CHECK(co_await open(std::move(master)));
    co_return co_await make_identity(std::move(options));
}

Task<api::Outcome<node::NewIdentity>> Profile::make_identity(node::CreateOptions options) {
    auto created = co_await opened_->node().create_identity(std::move(options));
    if (!created) co_return tl::unexpected(invite_failure(created.error()));
    co_return *std::move(created);
}

Task<> Profile::discard() {
    namespace fs = std::filesystem;
    co_await close();
    // Everything that the store made is sealed under keys that go now. The key file goes last: a
    // database without one is never of our making.
    std::error_code ignored;
    std::vector<fs::path> made{paths_.state + "/boot-epoch"};
    for (fs::directory_iterator entry(paths_.data, ignored), end; entry != end;
         entry.increment(ignored)) {
        const std::string path = entry->path().string();
        const bool kept =
            path == paths_.lock || path == paths_.identity_key || path == paths_.unlock_key;
        if (!kept) made.push_back(entry->path());
    }
    for (const fs::path& path : made)
        fs::remove_all(path, ignored);
    unlock_.discard();
    sealed_ = false;
}

api::Failure invite_failure(const Error& error) {
    const std::string why(refusal_text(error));
    switch (error.code) {
        case Code::Malformed:
        case Code::BadKey:
        case Code::UnsupportedVersion: {
            api::Failure broken(Problem::InviteBroken, "this is not a kith invitation");
            if (!why.empty()) broken.facts.push_back(why);
            broken.facts.emplace_back("it was probably cut off or changed when copied");
            return broken;
        }
        case Code::Expired:
            return api::Failure(Problem::InviteExpired,
                                why.empty() ? "this invitation has expired" : why,
                                "ask for a new one: kith invite");
        default:
            return api::from_error(error);
    }
}

}  // namespace kith::daemon
