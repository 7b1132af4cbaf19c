// SPDX-License-Identifier: GPL-3.0-or-later
// Receipts for messages that came out of a mailbox: there is no link to say them on. They are
// gathered for a random time, so that a host cannot match what it served with what is left next,
// and then leave as one message of the outbox, by link or by mailbox. Owed ones survive a restart,
// and leave soon after it: somebody who is there for moments only has waited long enough.
//
//   Table::Receipt   key index(did) 16 || msg_id 16      value: [account, did, via?]
//
// Strand only. Specification: docs/spec/message.md#receiving.
#pragma once

#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/node/contact_book.h"
#include "core/node/sender.h"
#include "core/node/transaction.h"

#include <map>
#include <optional>
#include <vector>

namespace kith::node {

class OwedReceipts {
  public:
    using Via = message::Receipt::Via;

    /// How long they are gathered at most.
    static constexpr Duration patience = seconds(30);
    static constexpr Duration patience_after_start = seconds(1);

    OwedReceipts(store::Store& store,
                 ContactBook& contacts,
                 Sender& sender,
                 Commits& commits,
                 Random& random,
                 Clock& clock);

    /// Before anything else, and again after a failed commit. Corrupt.
    Result<> load();

    /// The message is stored by this step or was before. `via`: which host served it.
    void add(Transaction& step,
             const crypto::AccountKey& account,
             const crypto::DeviceId& device,
             const crypto::MessageId& id,
             const std::optional<Via>& via);

    /// There is a link to the device now: no reason to wait.
    void hasten(const crypto::DeviceId& device);

    void stop();

  private:
    struct Owed {
        crypto::AccountKey account;
        std::map<crypto::MessageId, std::optional<Via>> ids;
        Alarm alarm;
    };

    void plan(const crypto::DeviceId& device, Owed& owed, Duration at_most);
    void say(const crypto::DeviceId& device);
    Bytes row_key(const crypto::DeviceId& device, const crypto::MessageId& id) const;

    store::Store& store_;
    ContactBook& contacts_;
    Sender& sender_;
    Commits& commits_;
    Random& random_;
    Clock& clock_;
    std::map<crypto::DeviceId, Owed> devices_;
};

}  // namespace kith::node
