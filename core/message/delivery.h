// SPDX-License-Identifier: GPL-3.0-or-later
// How far a message has come, for one recipient device, as a state machine without side effects.
// The outbox owns the message until the end-to-end receipt: nothing else makes it "delivered", and
// a late receipt still does after giving up. Each transition is one commit with its event.
//
//   queued -> sent -> delivered -> read        sent falls back to queued when the link is lost
//   queued -> stored(w) -> delivered           w = mailbox hosts whose receipt holds; 0 = queued
//   any of these -> expired | failed           failed -> queued by `msg retry`
//
// `sent` and `stored` may hold together; the later one is shown.
// Specification: docs/spec/message.md#delivery.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace kith::message {

/// What is shown, from worst to best within each of the two groups.
enum class DeliveryState : std::uint8_t { Failed, Expired, Queued, Sent, Stored, Delivered, Read };

/// "queued", as in the JSON output.
std::string_view to_string(DeliveryState state);

/// What can happen to a message on its way to one device.
enum class DeliveryEvent : std::uint8_t {
    Written,      ///< inner bytes written to a live link
    LinkLost,     ///< or 10 s without a receipt: to be sent again
    HostTook,     ///< one more host's receipt verified
    HostLost,     ///< a copy is unknown or expired at its host
    Receipt,      ///< end-to-end: the device has stored it
    ReadReceipt,  ///< end-to-end: its user has seen it
    GiveUp,       ///< no receipt for the whole term
    Cancel,       ///< by the user, or the contact was removed or blocked
    Retry,        ///< by the user
};

/// One device's progress. A plain value: 3 bytes at rest.
class Delivery {
  public:
    Delivery() = default;

    DeliveryState shown() const;

    /// Still wants work: neither receipted nor given up.
    bool open() const { return end_ == End::None; }

    /// Should be written to the next link that appears.
    bool unsent() const { return open() && !sent_; }

    bool receipted() const { return end_ == End::Delivered || end_ == End::Read; }

    /// Hosts that hold a copy.
    unsigned stored() const { return stored_; }

    /// The state after `event`; an event that means nothing here changes nothing, so repeating or
    /// reordering events can never undo a receipt.
    Delivery after(DeliveryEvent event) const;

    Bytes encode() const;
    /// Corrupt: not made by encode().
    static Result<Delivery> decode(ByteView bytes);

    friend bool operator==(const Delivery&, const Delivery&) = default;

  private:
    /// Part of the disk format.
    enum class End : std::uint8_t { None = 0, Delivered = 1, Read = 2, Expired = 3, Failed = 4 };

    End end_ = End::None;
    bool sent_ = false;
    std::uint8_t stored_ = 0;
};

/// A message to several devices shows the best of them; Queued if there is none.
DeliveryState shown(std::span<const Delivery> devices);

/// The outbox may forget the message: every device receipted it or was given up.
bool finished(std::span<const Delivery> devices);

}  // namespace kith::message
