// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/dht/virtual_network.h"

namespace kith::sim {
namespace {

// FNV-1a: not for security, only to compare two runs of one program. Datagrams go in as their
// std::hash, eight bytes at a time.
void stir(std::uint64_t& digest, ByteView bytes) {
    for (const std::uint8_t byte : bytes) {
        digest = (digest ^ byte) * 0x100000001b3;
    }
}

}  // namespace

dht::DatagramIo VirtualNetwork::io(const Endpoint& address) {
    dht::DatagramIo out;
    out.open = [this, address](dht::OnDatagram receive,
                               dht::OnUndelivered undelivered) -> Result<std::vector<Endpoint>> {
        if (!receivers_.try_emplace(address, std::move(receive)).second) {
            return fail(Code::AlreadyExists, to_string(address));
        }
        senders_[address] = std::move(undelivered);
        return std::vector<Endpoint>{address};
    };
    out.send = [this, address](ByteView datagram, const Endpoint& to) {
        send(address, to, datagram);
        return true;
    };
    out.close = [this, address]() -> Task<> {
        receivers_.erase(address);
        senders_.erase(address);
        co_return;
    };
    return out;
}

bool VirtualNetwork::passes(const Endpoint& from, const Endpoint& to) {
    if (unplugged_.contains(from) || unplugged_.contains(to)) return false;
    if (side && side(from) != side(to)) return false;
    return loss == 0 || random_.unit() >= loss;
}

Duration VirtualNetwork::delay(const Endpoint& from, const Endpoint& to) const {
    std::uint64_t pair = 0xcbf29ce484222325;
    stir(pair, from.to_wire());
    stir(pair, to.to_wire());
    return latency + jitter * static_cast<Duration::rep>(pair % 1000) / 1000;
}

void VirtualNetwork::send(const Endpoint& from, const Endpoint& to, ByteView datagram) {
    ++sent_;
    bytes_ += datagram.size();
    stir(digest_,
         be_bytes<std::uint64_t>(
             static_cast<std::uint64_t>(clock_.now().time_since_epoch().count())));
    stir(digest_, to.to_wire());
    digest_ = (digest_ ^ ByteHash{}(datagram)) * 0x100000001b3;
    if (!passes(from, to)) return report(from, to);
    if (beyond_ != nullptr && beyond_->holds(to)) {
        auto arrive = [there = there_, from, to, bytes = to_bytes(datagram)] {
            there->deliver(from, to, bytes);
        };
        return beyond_->call_at(clock_.now() + delay(from, to), std::move(arrive));
    }
    const std::uint64_t number = sent_;
    under_way_[number] =
        clock_.call_after(delay(from, to), [this, number, from, to, bytes = to_bytes(datagram)] {
            under_way_.erase(number);
            deliver(from, to, bytes);
        });
}

void VirtualNetwork::deliver(const Endpoint& from, const Endpoint& to, ByteView datagram) {
    if (unplugged_.contains(to)) return;
    const auto receiver = receivers_.find(to);
    if (receiver != receivers_.end()) receiver->second(datagram, from);
}

// There and back.
void VirtualNetwork::report(const Endpoint& from, const Endpoint& to) {
    if (!reports || unplugged_.contains(from) || !unplugged_.contains(to)) return;
    const std::uint64_t number = sent_;
    under_way_[number] = clock_.call_after(2 * delay(from, to), [this, number, from, to] {
        under_way_.erase(number);
        const auto sender = senders_.find(from);
        if (sender != senders_.end()) sender->second(to);
    });
}

}  // namespace kith::sim
