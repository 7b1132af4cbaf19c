// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailbox/lease.h"

#include "core/identity/account.h"

namespace kith::mailbox {

namespace {

Bytes terms_body(const LeaseTerms& terms) {
    return concat(terms.lease,
                  terms.owner,
                  be_bytes<std::uint64_t>(terms.quota),
                  be_bytes<std::uint64_t>(terms.expires));
}

Bytes owner_body(const crypto::LeaseKey& owner,
                 const crypto::ChannelBinding& link,
                 const crypto::BoxId& box) {
    return concat(link, box, identity::lease_id(owner, box));
}

}  // namespace

crypto::Signature sign_lease(const crypto::MailboxKeyPair& host, const LeaseTerms& terms) {
    return crypto::sign(crypto::Label::LeaseOk, host, terms_body(terms));
}

Result<> verify_lease(const crypto::MailboxKey& host,
                      const LeaseTerms& terms,
                      const crypto::Signature& signature) {
    return crypto::verify(crypto::Label::LeaseOk, host, terms_body(terms), signature);
}

Result<LeaseTerms> accept_lease(const wire::Lease& answer,
                                const crypto::LeaseKey& owner,
                                const crypto::MailboxKey& host) {
    const LeaseTerms terms{crypto::LeaseId(answer.lease), owner, answer.quota, answer.expires};
    if (terms.lease != identity::lease_id(owner, identity::box_id(host)))
        return fail(Code::Malformed, "a lease that was not asked for");
    KITH_CHECK(verify_lease(host, terms, crypto::Signature(answer.sig)));
    return terms;
}

crypto::Signature prove_owner(const crypto::LeaseKeyPair& owner,
                              const crypto::ChannelBinding& link,
                              const crypto::BoxId& box) {
    return crypto::sign(crypto::Label::Own, owner, owner_body(owner.public_key(), link, box));
}

Result<> verify_owner(const crypto::LeaseKey& owner,
                      const crypto::ChannelBinding& link,
                      const crypto::BoxId& box,
                      const crypto::Signature& signature) {
    return crypto::verify(crypto::Label::Own, owner, owner_body(owner, link, box), signature);
}

bool renewal_due(Timestamp expires, Timestamp now) {
    return expires - now <= lease_term - lease_renewal;
}

}  // namespace kith::mailbox
