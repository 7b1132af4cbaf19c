// SPDX-License-Identifier: GPL-3.0-or-later
// Who keeps our mail, as the control API asks for it.
#include "core/node/node.h"
#include "core/node/services.h"

namespace kith::node {
namespace {

using Action = Result<> (MailboxClient::*)(Transaction&, const identity::Contact&);

[[nodiscard]] Task<Result<>> act(Node::Services& services, std::string who, Action action) {
    KITH_CO_CHECK(services.need_identity());
    KITH_CO_CHECK(services.commits.ready());
    const auto contact = std::as_const(services.contacts).resolve(who);
    if (!contact) co_return tl::unexpected(contact.error());
    Transaction step;
    KITH_CO_CHECK((services.running->mailboxes.*action)(step, **contact));
    co_return co_await services.commits.commit(std::move(step));
}

}  // namespace

Result<std::vector<MailboxView>> Node::mailboxes() const {
    KITH_CHECK(services_->need_identity());
    return services_->running->mailboxes.views();
}

Task<Result<>> Node::use_mailbox(std::string who) {
    co_return co_await act(*services_, std::move(who), &MailboxClient::use);
}

Task<Result<>> Node::drop_mailbox(std::string who) {
    co_return co_await act(*services_, std::move(who), &MailboxClient::drop);
}

}  // namespace kith::node
