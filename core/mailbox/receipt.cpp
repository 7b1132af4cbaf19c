// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailbox/receipt.h"

#include "core/identity/account.h"

namespace kith::mailbox {

namespace {

Bytes body_of(const Receipt& receipt) {
    return concat(receipt.box,
                  receipt.envelope,
                  be_bytes<std::uint64_t>(receipt.stored_at),
                  be_bytes<std::uint64_t>(receipt.expires));
}

}  // namespace

Receipt make_receipt(const crypto::MailboxKeyPair& host,
                     const crypto::EnvelopeHash& envelope,
                     std::uint64_t stored_at,
                     std::uint64_t expires) {
    Receipt receipt{identity::box_id(host.public_key()), envelope, stored_at, expires, {}};
    receipt.signature = crypto::sign(crypto::Label::Receipt, host, body_of(receipt));
    return receipt;
}

Result<> verify_receipt(const crypto::MailboxKey& host, const Receipt& receipt) {
    if (receipt.box != identity::box_id(host))
        return fail(Code::BadSignature, "a receipt of another host");
    return crypto::verify(crypto::Label::Receipt, host, body_of(receipt), receipt.signature);
}

Result<Receipt> accept_receipt(const crypto::MailboxKey& host,
                               const crypto::EnvelopeHash& envelope,
                               const wire::HostReceipt& answer) {
    const Receipt receipt{identity::box_id(host),
                          envelope,
                          answer.stored_at,
                          answer.expires,
                          crypto::Signature(answer.sig)};
    KITH_CHECK(verify_receipt(host, receipt));
    return receipt;
}

Bytes encode(const Receipt& receipt) {
    return concat(body_of(receipt), receipt.signature);
}

Result<Receipt> decode_receipt(ByteView bytes) {
    if (bytes.size() != receipt_size) return fail(Code::Malformed, "a receipt of another size");
    Receipt receipt;
    receipt.box = crypto::BoxId::copy_of(bytes);
    receipt.envelope = crypto::EnvelopeHash::copy_of(bytes.subspan(16));
    receipt.stored_at = read_be<std::uint64_t>(bytes.subspan(48));
    receipt.expires = read_be<std::uint64_t>(bytes.subspan(56));
    receipt.signature = crypto::Signature::copy_of(bytes.subspan(64));
    return receipt;
}

}  // namespace kith::mailbox
