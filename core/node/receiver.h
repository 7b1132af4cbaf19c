// SPDX-License-Identifier: GPL-3.0-or-later
// Any inner message to its effect, exactly once.
//
//   mac -> session opens -> payload -> known id? receipt again : effect + dedup rows + receipt
//
// All of it joins one batch; the receipt leaves when that batch is synced (receipts.h). A message
// that was read before does not open any more: its exact bytes are found among Seen, so its receipt
// can be said again. What does not open gets no answer at all.
//
//   Table::Seen   iid[:16]   value: the message id
//
// Specification: docs/spec/message.md#receiving.
#pragma once

#include "core/message/inner.h"
#include "core/message/payload.h"
#include "core/node/contact_book.h"
#include "core/node/delivery_log.h"
#include "core/node/gap_book.h"
#include "core/node/known_lists.h"
#include "core/node/list_exchange.h"
#include "core/node/owed_receipts.h"
#include "core/node/prekey_stock.h"
#include "core/node/receipts.h"

#include <functional>
#include <optional>
#include <unordered_map>

namespace kith::node {

/// Who sent a message, as the link and the session have proven it.
struct Origin {
    crypto::AccountKey account;
    crypto::DeviceId device;
    crypto::DeviceSigningKey signing;
    crypto::DeviceDhKey dh;
};

/// What became of an inner message that a mailbox kept.
enum class MailVerdict {
    Stored,  ///< its effect has joined the open batch
    Known,   ///< read before; its receipt is owed again
    Junk,    ///< nobody's, not for us, or lost with its session: it may be deleted
    NotNow,  ///< nothing changed: leave it where it is and come back
};

/// Decides what control messages do. Implemented by ContactFlow.
class ControlHandler {
  public:
    ControlHandler() = default;
    ControlHandler(const ControlHandler&) = delete;
    ControlHandler& operator=(const ControlHandler&) = delete;
    virtual ~ControlHandler() = default;

    /// Puts the effect of a control message into the step.
    virtual Result<> on_control(Transaction& step,
                                const Origin& origin,
                                const message::Content& content) = 0;
};

class Receiver {
  public:
    /// Texts kept of somebody who is no contact. Beyond: BUSY, nothing is opened.
    static constexpr std::uint64_t stranger_texts = 20;

    struct Parts {
        const Profile& profile;
        ContactBook& contacts;
        KnownLists& lists;
        MessageLog& log;
        DeliveryLog& deliveries;
        Outbox& outbox;
        PrekeyStock& prekeys;
        store::Store& store;
        store::SessionTable& sessions;
        Receipts& receipts;
        OwedReceipts& owed;
        Sender& sender;
        GapBook& gaps;
        ListExchange& list_exchange;
        Commits& commits;
        ControlHandler& control;
        Random& random;
        const Clock& clock;
    };

    explicit Receiver(Parts parts) : parts_(parts) {}

    /// Called when a session with this device cannot be read and a new one is due.
    void on_session_lost(std::function<void(const Origin&)> handler) {
        session_lost_ = std::move(handler);
    }

    /// Called with our messages that a device has receipted, once that is synced.
    using OnOutcome = std::function<void(
        const crypto::MessageId&, const crypto::AccountKey& chat, const DeviceOutcome&)>;

    void on_outcome(OnOutcome handler) { outcome_ = std::move(handler); }

    /// From MSG.
    void take_message(PeerLink& link, std::uint32_t n, ByteView inner);
    /// Out of an envelope: who sent it is proven by the session alone. What it changes joins the
    /// open batch in this turn.
    MailVerdict take_mail(ByteView inner, const message::Receipt::Via& via);
    /// From ACK.
    void take_receipts(PeerLink& link, ByteView inner);

    /// Called with the `dep` field of each message: where its sender says it left envelopes.
    using OnNote = std::function<void(Transaction&, const Origin&, ByteView note)>;

    void on_note(OnNote handler) { note_ = std::move(handler); }

  private:
    struct Read {
        message::Payload payload;
        Transaction step;
    };

    static Origin origin_of(const PeerLink& link);
    /// The store's trouble, not the message's: it is worth coming back for.
    static bool of_the_store(Code code);
    /// Who an inner message says it is from, as far as its device is known. nullopt: nobody.
    std::optional<Origin> origin_of(const message::Inner& inner);
    std::optional<Origin> origin_of(const crypto::AccountKey& account,
                                    const crypto::DeviceId& device) const;
    /// Everything but the receipt, once. Only the store's own errors: the message was not taken up,
    /// and nobody may be told that it was.
    Result<> apply_new(Transaction& step,
                       const Origin& origin,
                       const message::Payload& payload,
                       ByteView bytes);
    Result<Read> read(const Origin& origin, const message::Inner& inner);
    Result<Read> read_ratchet(const Origin& origin, const message::Inner& inner);
    Result<Read> read_init(const Origin& origin, const message::Inner& inner);
    Result<Read> begin(const Origin& origin,
                       const session::Init& init,
                       const identity::ListedDevice& listed,
                       session::SessionSet& set);
    Result<> apply(Transaction& step, const Origin& origin, const message::Payload& payload);
    Result<> show(Transaction& step, const Origin& origin, const message::Payload& payload);
    Result<> receipted(Transaction& step, const Origin& origin, const message::Receipt& receipt);
    /// False: these exact bytes were never stored.
    bool repeat_receipt(PeerLink& link, std::uint32_t n, ByteView inner);
    bool too_many_from_stranger(const Origin& origin) const;

    Parts parts_;
    std::function<void(const Origin&)> session_lost_;
    OnOutcome outcome_;
    OnNote note_;
    // Whose a device is never changes: its id is a hash of it.
    std::unordered_map<crypto::DeviceId, crypto::AccountKey> account_of_;
};

}  // namespace kith::node
