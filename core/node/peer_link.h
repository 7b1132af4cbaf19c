// SPDX-License-Identifier: GPL-3.0-or-later
// One live link: reads frames, answers pings, keeps the connection honest, and lets the peer's lane
// of the outbox flow through its window.
//
// A message is numbered per link and in flight until ACK names it; it is delivered only by the
// receipt inside an ACK, which the handler opens. When the link goes, nothing is decided: the
// outbox still owns what was not receipted, and the next link sends the same bytes again.
// Strand only. Specification: docs/spec/link.md.
#pragma once

#include "core/base/async_scope.h"
#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/node/link_intake.h"
#include "core/node/link_pace.h"
#include "core/node/outbox.h"
#include "core/transport/channel.h"
#include "core/wire/bundle_frames.h"
#include "core/wire/frame.h"
#include "core/wire/link_frames.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace kith::node {

class PeerLink;

/// What a link asks of the node. Calls come on the strand and must not wait.
class LinkHandler {
  public:
    LinkHandler() = default;
    LinkHandler(const LinkHandler&) = delete;
    LinkHandler& operator=(const LinkHandler&) = delete;
    virtual ~LinkHandler() = default;

    /// A message for us, on a device link. Answered by PeerLink::acknowledge() or not at all.
    virtual void on_message(PeerLink& link, std::uint32_t n, ByteView inner) = 0;
    /// An inner message with end-to-end receipts.
    virtual void on_receipts(PeerLink& link, ByteView inner) = 0;
    /// Answered by PeerLink::reply() with a BUNDLE frame, now or later.
    virtual void on_get_bundle(PeerLink& link, const wire::GetBundle& request) = 0;
    /// The peer, on a device link, wants to be called back at its address and this port. Answered
    /// by PeerLink::pong(), later.
    virtual void on_dial_request(PeerLink& link, std::uint32_t q, std::uint16_t port) = 0;
    /// A request to the mailbox that is kept here, on a link that somebody else called. Answered by
    /// PeerLink::reply(), now or later. False: malformed, the link ends.
    virtual bool on_mailbox_request(PeerLink& link, const wire::Frame& frame) = 0;
    /// A host that we called pushes our mail. False: malformed.
    virtual bool on_nudge(PeerLink& link, ByteView body) = 0;
    /// What came was nothing that the protocol knows; the link ends.
    virtual void on_malformed(PeerLink& link) = 0;
    /// The link will never say anything again.
    virtual void on_end(PeerLink& link) = 0;
    /// Whether a link with nothing to say should stay.
    virtual bool keep_idle(const PeerLink& link) const = 0;
    /// Entries of the peer's lane were written.
    virtual void on_sent(PeerLink& link) = 0;
    /// The peer has stored the receipts at this position: they get none themselves.
    virtual void on_taken(PeerLink& link, std::uint64_t position) = 0;
    /// The peer's clock, from a PONG.
    virtual void on_clock(PeerLink& link, Duration offset) = 0;
    /// True when what comes in here has nowhere to go: the link waits for room() before it reads
    /// on.
    virtual bool overloaded(const PeerLink& link) const = 0;
    [[nodiscard]] virtual Task<> room(const PeerLink& link) = 0;
};

class PeerLink {
  public:
    PeerLink(std::uint64_t serial,
             std::unique_ptr<transport::Channel> channel,
             LinkHandler& handler,
             Outbox& outbox,
             Clock& clock,
             Random& random,
             const asio::any_io_executor& executor);

    PeerLink(const PeerLink&) = delete;
    PeerLink& operator=(const PeerLink&) = delete;
    ~PeerLink() = default;

    const transport::LinkInfo& info() const { return channel_->info(); }

    /// Our own address on this link.
    Endpoint local() const { return channel_->local(); }

    /// Names this link among all that ever were; never used again.
    std::uint64_t serial() const { return serial_; }

    /// The device at the other end; nullptr on an anonymous link.
    const transport::DevicePeer* device() const;

    /// Reads until the link ends. The owner may destroy the link when this has returned.
    [[nodiscard]] Task<> run();

    /// Sends what the lane holds and the window takes. Call when the lane has grown.
    void pump();

    /// These messages are on disk; `receipts` is an inner message or empty.
    void acknowledge(std::vector<std::uint32_t> ns, Bytes receipts);

    /// Sends a whole frame that answers a request.
    void reply(ByteView frame);

    template <class Body>
    void reply_with(const Body& body) {
        send(body);
    }

    /// Whether a request may have this number: they rise.
    bool take_number(std::uint32_t q);

    /// Runs beside the link, which waits for it before it is destroyed. The task must return soon
    /// once open() is false.
    void spawn(Task<> task) { scope_.spawn(std::move(task)); }

    /// Waits until there is room for one more large frame, or until the link ends.
    [[nodiscard]] Task<> wait_writable() {
        return channel_->wait_writable(transport::message_room / 2);
    }

    /// Whether a large frame may be sent now; otherwise it might end the link.
    bool has_room() const { return channel_->unsent() <= transport::message_room; }

    /// Something was done here that makes the link worth keeping.
    void touch();
    /// These messages were not taken; the peer sends them again after `retry`.
    void refuse(std::vector<std::uint32_t> ns, wire::BusyCode code, Duration retry);

    /// Whose turn a message is, after one was refused with refuse_from().
    enum class Turn {
        Its,       ///< it is to be judged
        Behind,    ///< not before the refused one: it was refused as well
        PastBusy,  ///< the same, and the peer sends on through BUSY
    };

    Turn turn_of(std::uint32_t n, ByteView inner);
    /// This message and all behind it are not taken until it comes again, in `retry` or when
    /// go_on() says so.
    void refuse_from(std::uint32_t n, ByteView inner, wire::BusyCode code, Duration retry);

    /// A message was taken: nothing is refused any more.
    void taken() { intake_.open(); }

    /// Whether messages are refused for this reason.
    bool refusing(wire::BusyCode code) const;
    /// What was refused would be taken now.
    void go_on();

    /// The frame that answered a request.
    struct Answer {
        wire::FrameType type{};
        Bytes body;
    };

    /// Takes one frame of an answer that has several; true: it was the last one.
    using TakeFrame = std::function<bool(ByteView body)>;

    /// Asks and waits for the answer. `request.q` is set here. Timeout, Unreachable.
    template <class Body>
    [[nodiscard]] Task<Result<Answer>> ask(Body body, SteadyTime deadline, TakeFrame take = {}) {
        body.q = next_q_++;
        Bytes frame;
        wire::append_frame(frame, body);
        return request(body.q, std::move(frame), deadline, std::move(take));
    }

    /// One PING. Timeout, Unreachable.
    [[nodiscard]] Task<Result<Duration>> ping(SteadyTime deadline);
    /// Asks the peer to call us back at this port. Timeout, Unreachable.
    [[nodiscard]] Task<Result<wire::Pong>> ask_to_dial(std::uint16_t port, SteadyTime deadline);
    /// Answers a PING.
    void pong(std::uint32_t q, std::optional<wire::DialBack> dial = {});

    /// Says why, then ends the link.
    void close(wire::ByeCode code);
    /// Ends the link without a word.
    void drop();

    /// The peer has become a contact: the link is not closed for lack of room any more.
    void protect() { channel_->note(transport::LinkMerit::Protected); }

    bool open() const { return open_; }

    bool called_by_us() const { return info().called_by_us; }

    std::optional<Duration> round_trip() const { return round_trip_; }

    Timestamp since() const { return since_; }

    /// When a message last went either way.
    SteadyTime last_message() const { return last_message_; }

    /// Whether the entry at this position of the lane was written to this link.
    bool sent(std::uint64_t position) const { return open_ && position <= cursor_; }

    std::size_t in_flight() const { return in_flight_.size(); }

    transport::LinkTraffic traffic() const { return channel_->traffic(); }

  private:
    struct Sent {
        std::uint64_t position = 0;
        std::size_t size = 0;
        bool receipt = false;
    };

    struct Waiting {
        explicit Waiting(const asio::any_io_executor& executor) : done(executor) {}

        AsyncEvent done;
        TakeFrame take;
        Result<Answer> answer = fail(Code::Unreachable, "the link has ended");
    };

    bool dispatch(const wire::Frame& frame);
    bool on_msg(ByteView body);
    bool on_ack(ByteView body);
    bool on_busy(ByteView body);
    bool on_ping(ByteView body);
    bool on_pong(ByteView body);
    bool on_bundle_request(ByteView body);
    template <class Body>
    bool on_answer(const wire::Frame& frame);
    bool answer(std::uint32_t q, wire::FrameType type, ByteView body);

    [[nodiscard]] Task<Result<Answer>> request(std::uint32_t q,
                                               Bytes frame,
                                               SteadyTime deadline,
                                               TakeFrame take = {});
    void fill(Lane& lane);
    [[nodiscard]] Task<> feed();
    void hold(Lane& lane, const wire::Busy& busy);
    /// A new link: the device took nothing last time.
    void resume_hold(const Lane& lane);
    void go_on_after(Lane& lane, std::uint32_t highest);
    void resume();
    void say_refused();

    template <class Body>
    void send(const Body& body) {
        Bytes frame;
        wire::append_frame(frame, body);
        reply(frame);
    }

    void ended();
    /// So long nothing may be heard before the peer is asked.
    Duration silence_allowed() const;
    void watch();
    void on_watch();

    std::uint64_t serial_;
    std::unique_ptr<transport::Channel> channel_;
    LinkHandler& handler_;
    Outbox& outbox_;
    Clock& clock_;
    Random& random_;
    AsyncScope scope_;
    AsyncEvent feed_;
    bool open_ = true;

    // Outgoing messages.
    std::uint64_t cursor_ = 0;  // last position of the lane that was sent
    std::uint32_t next_n_ = 1;
    std::map<std::uint32_t, Sent> in_flight_;
    std::size_t in_flight_bytes_ = 0;
    bool begun_ = false;
    LinkPace pace_;
    Alarm resume_;
    Alarm one_more_;

    // Incoming messages.
    std::uint32_t last_n_ = 0;
    LinkIntake intake_;
    Alarm refusals_;

    // Requests.
    std::uint32_t next_q_ = 1;
    std::uint32_t last_q_ = 0;
    std::map<std::uint32_t, std::shared_ptr<Waiting>> waiting_;

    // Liveness.
    Timestamp since_;
    SteadyTime last_heard_;
    SteadyTime last_message_;
    std::optional<SteadyTime> pinged_;  // an unanswered keepalive
    std::uint32_t ping_q_ = 0;
    unsigned missed_ = 0;
    std::optional<Duration> round_trip_;
    Alarm watch_;
};

}  // namespace kith::node
