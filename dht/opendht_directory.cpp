// SPDX-License-Identifier: GPL-3.0-or-later
#include "dht/opendht_directory.h"

#include "core/base/log.h"
#include "core/directory/record_rules.h"
#include "dht/density.h"
#include "dht/nodes_file.h"

#include <algorithm>

namespace kith::dht {

using directory::Connection;
using log::Category;

namespace {

// How often the neighbours are counted: often while that may change what people see.
constexpr Duration look_soon = milliseconds(500);
constexpr Duration look_later = seconds(15);

constexpr Duration self_test_time = seconds(10);

constexpr Duration remember_first = milliseconds(100);
constexpr Duration remember_every = minutes(10);

constexpr Duration measure_time = seconds(10);

// After a rest the first answer takes a round trip; those who were saved last may be gone.
constexpr Duration waking_time = seconds(1);

// A lonely node calls back whoever sent it something, but not faster than this.
constexpr Duration call_back_every = milliseconds(200);

}  // namespace

struct OpendhtDirectory::StateListener final : directory::Subscription::Entry {
    StateListener(std::vector<StateListener*>& in,
                  std::function<void(const directory::State&)> on_state)
        : listeners(in), handler(std::move(on_state)) {
        listeners.push_back(this);
    }

    ~StateListener() override { std::erase(listeners, this); }

    std::vector<StateListener*>& listeners;
    std::function<void(const directory::State&)> handler;
};

OpendhtDirectory::OpendhtDirectory(asio::any_io_executor executor,
                                   Clock& clock,
                                   Random& random,
                                   DatagramIo io,
                                   DirectoryConfig config)
    : scope_(executor),
      clock_(clock),
      random_(random),
      io_(std::move(io)),
      config_(std::move(config)),
      stop_(executor),
      changed_(executor),
      parking_(config_.parking, config_.serving),
      awake_(executor),
      gate_(executor, operations, operations_waiting, [this] { return wake(); }),
      bootstrap_(scope_, clock, random, [this] { awake(); }),
      publications_(scope_, clock, random, gate_, [this] { look_around(); }),
      self_tester_(executor, clock, random, gate_, stop_),
      watches_(scope_,
               clock,
               [this](directory::Slots slots, directory::Accept accept, SteadyTime deadline) {
                   return lookup(slots, std::move(accept), deadline, {});
               }) {
    bootstrap_.configure(config_.bootstrap);
    awake_.set();
}

OpendhtDirectory::~OpendhtDirectory() = default;

Result<> OpendhtDirectory::start(const identity::Network& network, std::vector<Endpoint> nodes) {
    if (node_ || stopping_) return fail(Code::AlreadyExists, "the directory runs");
    const auto on_datagram = [this](ByteView datagram, const Endpoint& from) {
        this->on_datagram(datagram, from);
    };
    const auto on_undelivered = [this](const Endpoint& to) {
        if (node_) node_->undelivered(to);
    };
    KITH_TRY(bound_, io_.open(on_datagram, on_undelivered));
    socket_ = std::make_unique<SealedSocket>(
        network.datagram_key(), random_, io_.send, config_.datagrams);
    NodeConfig config;
    config.network = network.id();
    config.bound = bound_;
    config.requests_per_second = config_.requests_per_second;
    config.requests_per_source = config_.requests_per_source;
    config.serving = config_.serving;
    config.store = config_.store;
    node_ = std::make_unique<DhtNode>(scope_.executor(), clock_, *socket_, std::move(config));
    rules_.opened(clock_.now());
    parking_.used(clock_.now());
    bootstrap_.invite(nodes);
    if (config_.last_run) {
        LastRun last = config_.last_run->load();
        bootstrap_.restore(std::move(last.nodes));
        parking_.start(last.parks);
    }
    publications_.start(*node_);
    self_tester_.start(*node_);
    bootstrap_.start(*node_);
    scope_.spawn(tend());
    scope_.spawn(remember_now_and_then());
    look_around();
    return success();
}

Task<> OpendhtDirectory::stop() {
    if (stopping_) co_return;
    stopping_ = true;
    // What was good when it went to rest was saved then; OpenDHT's time has stood still since.
    if (node_ && !resting_) remember_nodes();
    gate_.close();
    bootstrap_.stop();
    publications_.stop();
    for (const auto& search : searches_) {
        if (const auto running = search.lock()) running->close();
    }
    watches_.stop();
    self_tester_.stop();
    stop_.set();
    waking_.cancel();
    awake_.set();
    changed_.pulse();
    // Drops every callback, and so ends every wait for one.
    node_.reset();
    resting_ = false;
    if (socket_) co_await io_.close();
    co_await scope_.join();
    rules_.closed();
    look_around();
}

void OpendhtDirectory::on_datagram(ByteView datagram, const Endpoint& from) {
    if (!node_) return;
    if (resting_) return socket_->pass_by(datagram);
    const SteadyTime now = clock_.now();
    const auto packet = socket_->open(datagram, from, now);
    if (!packet) return;
    node_->receive(*packet, from);
    // OpenDHT takes its time before it calls a node that called us; alone, we do not.
    if (rules_.lonely() && now >= next_call_back_) {
        next_call_back_ = now + call_back_every;
        node_->ping(from, [this](bool answered) {
            if (answered) look_around();
        });
    }
}

// NOLINTBEGIN(misc-no-recursion): a self-test looks around when it ends, turns of the strand later.

// Counts the neighbours and acts on what has changed.
void OpendhtDirectory::look_around() {
    const SteadyTime now = clock_.now();
    if (node_ && !resting_) {
        const std::size_t good = node_->neighbours().good;
        rules_.good_nodes(good, now);
        bootstrap_.lonely(good == 0);
        publications_.good_nodes(good);
    }
    rules_.short_of_holders(publications_.short_of_holders());
    // Once in each run; who parks reads its own records back later, and is not there for others.
    const bool tests = !rules_.lonely() && (!parking_.parks() || !told_.self_test);
    if (tests && self_tester_.due()) scope_.spawn(run_self_test());
    const directory::State state = this->state();
    const bool test_is_new = state.self_test.has_value() &&
                             (!told_.self_test || told_.self_test->at != state.self_test->at);
    const bool news = state.connection != told_.connection ||
                      (state.good_nodes == 0) != (told_.good_nodes == 0) || test_is_new;
    told_ = state;
    if (!news) return;
    log::debug(Category::Directory,
               "{}, {} good nodes",
               directory::to_string(state.connection),
               state.good_nodes);
    changed_.pulse();
    tell_ = clock_.call_after(Duration::zero(), [this] { tell_state(); });
}

void OpendhtDirectory::tell_state() {
    const directory::State state = this->state();
    // A handler may remove any listener, itself included.
    const std::vector<StateListener*> listeners = listeners_;
    for (StateListener* const listener : listeners) {
        if (std::ranges::count(listeners_, listener) != 0) listener->handler(state);
    }
}

Task<> OpendhtDirectory::tend() {
    while (!stopping_) {
        if (resting_) {
            co_await changed_.wait_pulse();
            continue;
        }
        const bool settled = state().connection == Connection::Online;
        co_await sleep_for(clock_, settled ? look_later : look_soon, stop_);
        if (stopping_ || !awake_.is_set()) continue;
        look_around();
        rest_if_unneeded();
    }
}

void OpendhtDirectory::rest_if_unneeded() {
    const SteadyTime now = clock_.now();
    if (gate_.size() > 0) parking_.used(now);
    parking_.look(node_->network_size(), now, random_);
    if (parking_.due(now) && !deciding_) {
        deciding_ = true;
        scope_.spawn(decide());
    }
    if (deciding_ || !parking_.may_rest(now) || rules_.lonely()) return;
    remember_nodes();
    node_->rest();
    resting_ = true;
    look_around();
}

// What was seen hours ago may have changed with all who saw it: decided by what is seen now.
Task<> OpendhtDirectory::decide() {
    const auto pass = co_await gate_.enter();
    if (pass && node_) {
        AwaitableBridge<bool> measured(scope_.executor());
        std::array<directory::Location, Density::fresh> places;
        for (directory::Location& place : places)
            place = crypto::draw_public<directory::Location>(random_);
        node_->measure(places, measured.callback());
        const SteadyTime deadline = clock_.now() + measure_time;
        (void)co_await measured.wait(clock_, deadline);
        if (node_) parking_.decide(node_->network_size());
    }
    deciding_ = false;
}

// Each operation passes here. Who rested calls old acquaintances; the first answer will do.
Task<> OpendhtDirectory::wake() {
    parking_.used(clock_.now());
    if (resting_) {
        resting_ = false;
        awake_.reset();
        node_->resume();
        bootstrap_.again();
        waking_ = clock_.call_after(waking_time, [this] { awake(); });
        changed_.pulse();
    }
    co_await awake_.wait();
}

void OpendhtDirectory::awake() {
    waking_.cancel();
    awake_.set();
    look_around();
}

// Who is good now is a way back later: after a long cut, and when this node starts again.
void OpendhtDirectory::remember_nodes() {
    const std::vector<directory::Peer> good = node_->peers();
    if (good.empty()) return;  // a node that meets nobody keeps what it knew
    bootstrap_.restore(merge_nodes(good, clock_.wall(), bootstrap_.saved()));
    if (!config_.last_run) return;
    const LastRun run{bootstrap_.saved(), parking_.parks()};
    if (const auto saved = config_.last_run->save(run); !saved) {
        log::debug(Category::Directory, "known nodes not saved: {}", saved.error().context);
    }
}

Task<> OpendhtDirectory::remember_now_and_then() {
    // Soon at first: a node that is killed a minute after it joined must find its way back.
    Duration pause = remember_first;
    for (;;) {
        const bool due = co_await sleep_for(clock_, pause, stop_);
        if (!due) co_return;
        if (!resting_) remember_nodes();
        pause = std::min<Duration>(2 * pause, remember_every);
    }
}

// True: there is a node to ask. Waits while we are joining; alone, an answer comes at once.
Task<bool> OpendhtDirectory::wait_for_nodes(SteadyTime deadline) {
    const Alarm alarm = clock_.call_at(deadline, [this] { changed_.pulse(); });
    while (!stopping_ && rules_.lonely() && clock_.now() < deadline &&
           state().connection == Connection::Joining) {
        co_await changed_.wait_pulse();
    }
    co_return !stopping_ && !rules_.lonely();
}

Task<Result<directory::Published>> OpendhtDirectory::publish(
    std::array<directory::Record, 2> records, SteadyTime deadline) {
    if (!node_) co_return fail(stopping_ ? Code::Cancelled : Code::Unreachable);
    const auto epoch = directory::epoch_at(clock_.wall());
    for (const directory::Record& record : records) {
        // OpenDHT stores our own records unseen.
        const auto checked = directory::check_record(record.slot, record.data, epoch);
        if (!checked) co_return fail(Code::InvalidArgument, checked.error().context);
    }
    const bool patient = state().connection == Connection::Joining;
    co_return co_await publications_.publish(std::move(records), deadline, patient);
}

Task<Result<Bytes>> OpendhtDirectory::lookup(directory::Slots slots,
                                             directory::Accept accept,
                                             SteadyTime deadline,
                                             directory::OnRecord better) {
    const bool reachable = co_await wait_for_nodes(deadline);
    if (!reachable) co_return fail(stopping_ ? Code::Cancelled : Code::Unreachable);
    KITH_CO_TRY(const auto pass, co_await gate_.enter());
    if (!node_) co_return fail(Code::Cancelled);
    const auto search =
        std::make_shared<RecordSearch>(scope_.executor(), std::move(accept), std::move(better));
    searches_.remove_if([](const auto& old) { return old.expired(); });
    searches_.push_back(search);
    RecordSearch::start(search, *node_, slots);
    std::optional<Bytes> found = co_await search->first(clock_, deadline);
    if (stopping_) co_return fail(Code::Cancelled);
    if (!found) co_return fail(Code::NotFound, "no node has the record");
    co_return *std::move(found);
}

directory::Subscription OpendhtDirectory::watch(directory::Slots slots,
                                                directory::Accept accept,
                                                SteadyTime deadline,
                                                directory::OnRecord handler) {
    if (!node_) return {};
    return watches_.add(slots, std::move(accept), deadline, std::move(handler));
}

directory::State OpendhtDirectory::state() const {
    directory::State out = rules_.state(clock_.now());
    if (resting_) out.connection = Connection::Parked;
    return out;
}

directory::Subscription OpendhtDirectory::on_state(
    std::function<void(const directory::State&)> handler) {
    return directory::Subscription(std::make_unique<StateListener>(listeners_, std::move(handler)));
}

Task<> OpendhtDirectory::run_self_test() {
    const SteadyTime deadline = clock_.now() + self_test_time;
    const directory::SelfTest ignored = co_await self_test(deadline);
    (void)ignored;  // kept in the rules
}

Task<directory::SelfTest> OpendhtDirectory::self_test(SteadyTime deadline) {
    const directory::SelfTest test = co_await self_tester_.run(deadline);
    rules_.tested(test);
    if (!stopping_) look_around();
    co_return test;
}

// NOLINTEND(misc-no-recursion)

Task<Result<directory::BootstrapNode>> OpendhtDirectory::add_bootstrap(std::string address,
                                                                       SteadyTime deadline) {
    if (node_) co_await wake();
    co_return co_await bootstrap_.add(std::move(address), deadline);
}

Result<> OpendhtDirectory::remove_bootstrap(const std::string& address) {
    return bootstrap_.remove(address);
}

std::vector<directory::BootstrapNode> OpendhtDirectory::bootstrap() const {
    return bootstrap_.nodes();
}

std::vector<directory::Peer> OpendhtDirectory::peers() const {
    if (!node_) return {};
    return node_->peers();
}

directory::Traffic OpendhtDirectory::traffic() const {
    if (!socket_) return {};
    return socket_->traffic();
}

void OpendhtDirectory::connectivity_changed() {
    // Who rests does this when it is woken.
    if (!node_ || resting_) return;
    node_->connectivity_changed();
    bootstrap_.again();
    look_around();
}

}  // namespace kith::dht
