// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/directory/fake_directory.h"

#include "core/base/assert.h"
#include "core/directory/record_rules.h"

#include <algorithm>

namespace kith::test {

namespace {

using directory::Connection;

constexpr int replicas = 8;
constexpr Duration watch_period = seconds(2);

}  // namespace

// One look-up; lives until both slots have answered, which may be after the caller went on.
struct FakeDirectory::Search {
    Search(const asio::any_io_executor& executor,
           directory::Accept accept,
           directory::OnRecord on_better)
        : best(std::move(accept)), better(std::move(on_better)), heard(executor) {}

    directory::BestRecord best;
    directory::OnRecord better;
    AsyncEvent heard;
    bool returned = false;
    int unanswered = 2;
    std::array<Alarm, 2> answers;
    Alarm timeout;
};

struct FakeDirectory::Listener final : directory::Subscription::Entry {
    Listener(FakeDirectory& owner,
             directory::Slots where,
             directory::Accept accept,
             directory::OnRecord on_record)
        : directory(owner), slots(where), best(std::move(accept)), handler(std::move(on_record)) {
        directory.listeners_.push_back(this);
    }

    ~Listener() override { std::erase(directory.listeners_, this); }

    FakeDirectory& directory;
    directory::Slots slots;
    directory::BestRecord best;
    directory::OnRecord handler;
    SteadyTime until{};
    Alarm next;
};

struct FakeDirectory::StateListener final : directory::Subscription::Entry {
    StateListener(FakeDirectory& owner, std::function<void(const directory::State&)> on_state)
        : directory(owner), handler(std::move(on_state)) {
        directory.state_listeners_.push_back(this);
    }

    ~StateListener() override { std::erase(directory.state_listeners_, this); }

    FakeDirectory& directory;
    std::function<void(const directory::State&)> handler;
};

FakeDirectory::FakeDirectory(asio::any_io_executor executor, Clock& clock, FakeRecordSpace& space)
    : executor_(executor), clock_(clock), space_(space), stopping_(executor) {
    space_.members_.push_back(this);
}

FakeDirectory::~FakeDirectory() {
    std::erase(space_.members_, this);
}

bool FakeDirectory::connected() const {
    const auto reachable = [](const FakeDirectory& node) {
        return node.plugged_ && node.network_ && !node.stopping_.is_set();
    };
    return reachable(*this) && std::ranges::any_of(space_.members_, [&](FakeDirectory* other) {
               return other != this && reachable(*other) && other->network_ == network_;
           });
}

void FakeDirectory::update_state() {
    const bool on = connected();
    const Connection now = !network_ || !plugged_ || stopping_.is_set() ? Connection::Offline
                           : on                                         ? Connection::Online
                                                                        : Connection::Alone;
    if (now == state_.connection) return;
    state_.connection = now;
    state_.good_nodes = on ? peers().size() : 0;
    if (on && !state_.self_test) {
        state_.self_test = directory::SelfTest{true, space_.latency * 2, 1, clock_.wall()};
    }
    if (on) flush_waiting();
    state_alarm_ = clock_.call_after(Duration::zero(), [this] { tell_state(); });
}

void FakeDirectory::tell_state() {
    // A handler may remove any listener, itself included.
    const std::vector<StateListener*> listeners = state_listeners_;
    for (StateListener* listener : listeners) {
        if (std::ranges::count(state_listeners_, listener) != 0) listener->handler(state_);
    }
}

void FakeDirectory::flush_waiting() {
    for (const auto& records : std::exchange(waiting_, {})) {
        for (const directory::Record& record : records) {
            // Looked at when it was published; may be too old by now, and is gone then.
            (void)space_.put(*network_, record, clock_.wall());
        }
    }
}

void FakeDirectory::plug(bool in) {
    plugged_ = in;
    for (FakeDirectory* member : space_.members_) {
        member->update_state();
    }
}

Result<> FakeDirectory::start(const identity::Network& network, std::vector<Endpoint>) {
    network_ = FakeRecordSpace::id_of(network);
    plug(plugged_);
    return success();
}

Task<> FakeDirectory::stop() {
    stopping_.set();
    searches_.remove_if([](const Search& search) { return search.returned; });
    for (Search& search : searches_) {
        search.heard.set();
    }
    // Each look-up removes its own entry when it resumes.
    while (!searches_.empty()) {
        co_await asio::post(executor_, asio::use_awaitable);
    }
    for (Listener* listener : listeners_) {
        listener->next.cancel();
    }
    plug(false);
}

Task<Result<directory::Published>> FakeDirectory::publish(std::array<directory::Record, 2> records,
                                                          SteadyTime deadline) {
    if (!network_) co_return fail(Code::Unreachable, "the directory has not started");
    const auto now = directory::epoch_at(clock_.wall());
    for (const directory::Record& record : records) {
        if (!space_.check_rules) break;
        if (auto checked = directory::check_record(record.slot, record.data, now); !checked) {
            co_return fail(Code::InvalidArgument, checked.error().context);
        }
    }
    if (!connected()) {
        waiting_.push_back(std::move(records));
        co_return fail(Code::Unreachable, "no other node");
    }
    ++space_.publications;
    const SteadyTime ready = clock_.now() + 2 * space_.latency;
    const bool slept = co_await sleep_until(clock_, std::min(ready, deadline), stopping_);
    if (!slept) co_return fail(Code::Cancelled);
    if (ready > deadline) co_return fail(Code::Timeout);
    const int others = std::min(replicas, static_cast<int>(peers().size()));
    directory::Published out{others, others};
    for (const directory::Record& record : records) {
        KITH_CO_TRY(const bool held, space_.put(*network_, record, clock_.wall()));
        // They say that they took it all the same.
        if (!held) out.holders = 0;
    }
    co_return out;
}

void FakeDirectory::answer(Search& search, const directory::Slot& slot, std::size_t index) {
    --search.unanswered;
    for (const Bytes& value : space_.get(*network_, slot, clock_.wall())) {
        if (!search.best.offer(index, value)) continue;
        if (search.returned && search.better) search.better(*search.best.record());
    }
    if (search.best.record() || search.unanswered == 0) search.heard.set();
    if (search.returned && search.unanswered == 0) {
        searches_.remove_if([&search](const Search& other) { return &other == &search; });
    }
}

void FakeDirectory::start_search(directory::Slots slots, Search& search) {
    for (std::size_t index = 0; index < slots.size(); ++index) {
        search.answers[index] = clock_.call_after(
            space_.latency + space_.extra_latency[index],
            [this, &search, slot = slots[index], index] { answer(search, slot, index); });
    }
}

Task<Result<Bytes>> FakeDirectory::lookup(directory::Slots slots,
                                          directory::Accept accept,
                                          SteadyTime deadline,
                                          directory::OnRecord better) {
    ++lookups;
    if (!connected()) co_return fail(Code::Unreachable, "no other node");
    ++space_.lookups;
    Search& search = searches_.emplace_back(executor_, std::move(accept), std::move(better));
    start_search(slots, search);
    search.timeout = clock_.call_at(deadline, [&search] { search.heard.set(); });
    co_await search.heard.wait();
    search.returned = true;
    search.timeout.cancel();
    const std::optional<Bytes> found = search.best.record();
    if (!found || !search.better || search.unanswered == 0 || stopping_.is_set()) {
        searches_.remove_if([&search](const Search& other) { return &other == &search; });
    }
    if (stopping_.is_set()) co_return fail(Code::Cancelled);
    if (!found) co_return fail(Code::NotFound, "no node has the record");
    co_return *found;
}

void FakeDirectory::poll(Listener& listener) {
    if (clock_.now() >= listener.until) return;
    listener.next = clock_.call_after(watch_period, [this, &listener] { poll(listener); });
    if (!connected()) return;
    for (std::size_t index = 0; index < listener.slots.size(); ++index) {
        for (const Bytes& value : space_.get(*network_, listener.slots[index], clock_.wall())) {
            if (!listener.best.offer(index, value)) continue;
            // The handler may end the subscription.
            const auto handler = listener.handler;
            handler(*listener.best.record());
            if (std::ranges::count(listeners_, &listener) == 0) return;
        }
    }
}

directory::Subscription FakeDirectory::watch(directory::Slots slots,
                                             directory::Accept accept,
                                             SteadyTime deadline,
                                             directory::OnRecord handler) {
    if (listeners_.size() >= 2) return {};
    auto listener = std::make_unique<Listener>(*this, slots, std::move(accept), std::move(handler));
    listener->until = std::min(deadline, clock_.now() + minutes(10));
    listener->next =
        clock_.call_after(space_.latency, [this, raw = listener.get()] { poll(*raw); });
    return directory::Subscription(std::move(listener));
}

directory::Subscription FakeDirectory::on_state(
    std::function<void(const directory::State&)> handler) {
    return directory::Subscription(std::make_unique<StateListener>(*this, std::move(handler)));
}

Task<directory::SelfTest> FakeDirectory::self_test(SteadyTime) {
    const SteadyTime begin = clock_.now();
    const bool slept = co_await sleep_for(clock_, 2 * space_.latency, stopping_);
    const int others = connected() ? static_cast<int>(peers().size()) : 0;
    const directory::SelfTest result{
        slept && others > 0, clock_.now() - begin, std::min(replicas, others), clock_.wall()};
    state_.self_test = result;
    co_return result;
}

Task<Result<directory::BootstrapNode>> FakeDirectory::add_bootstrap(std::string address,
                                                                    SteadyTime) {
    auto endpoint = parse_endpoint(address);
    if (!endpoint) co_return fail(Code::InvalidArgument, "not an address");
    std::erase_if(bootstrap_, [&](const auto& node) { return node.address == address; });
    bootstrap_.push_back({address, {*endpoint}, connected()});
    co_return bootstrap_.back();
}

Result<> FakeDirectory::remove_bootstrap(const std::string& address) {
    const auto gone =
        std::erase_if(bootstrap_, [&](const auto& node) { return node.address == address; });
    if (gone == 0) return fail(Code::NotFound, "no such bootstrap node");
    return success();
}

std::vector<directory::Peer> FakeDirectory::peers() const {
    std::vector<directory::Peer> out;
    std::uint8_t number = 0;
    for (const FakeDirectory* other : space_.members_) {
        ++number;
        if (other == this || !other->plugged_ || other->network_ != network_) continue;
        out.push_back({{}, Endpoint::v4(10, 0, 0, number, 4222)});
    }
    return out;
}

}  // namespace kith::test
