// SPDX-License-Identifier: GPL-3.0-or-later
// The least that durable, encrypted messages with receipts cost with these libraries: two
// processes, TLS 1.3 with certificates on both sides on the loopback. Per message the sender
// derives a key, encrypts, packs, and puts it into its outbox; the reader unpacks, derives,
// decrypts and puts; both sync a batch at a time, the reader before it acknowledges, and the sender
// notes what was acknowledged in its next batch. No contacts, no limits, no identities, no API, no
// events.
//
//   least_cost DIRECTORY [SECONDS] [BYTES] [IN_FLIGHT] [BATCH]
#include "tests/bench/measure.h"

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <msgpack.hpp>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>
#include <sodium.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

namespace {

using kith::bench::seconds_now;
using Key = std::array<std::uint8_t, 32>;

struct Plan {
    std::string directory;
    double seconds = 10;
    std::size_t bytes = 300;
    std::size_t in_flight = 512;
    std::size_t batch = 128;
};

struct Message {
    std::uint64_t number = 0;
    std::uint64_t time = 0;
    std::vector<std::uint8_t> from;
    std::vector<std::uint8_t> id;
    std::vector<std::uint8_t> head;
    std::vector<std::uint8_t> body;
};

using Packed = std::tuple<std::uint64_t,
                          std::uint64_t,
                          std::vector<std::uint8_t>,
                          std::vector<std::uint8_t>,
                          std::vector<std::uint8_t>,
                          std::vector<std::uint8_t>>;

auto fields_of(auto& message) {
    return std::tie(
        message.number, message.time, message.from, message.id, message.head, message.body);
}

[[noreturn]] void give_up(const std::string& what) {
    std::fprintf(stderr, "least_cost: %s\n", what.c_str());
    std::_Exit(1);
}

void good(const rocksdb::Status& status) {
    if (!status.ok()) give_up(status.ToString());
}

// A symmetric ratchet: the chain goes on, the message key is used once.
class Chain {
  public:
    Key next() {
        Key message;
        Key chain;
        const std::uint8_t one = 1;
        const std::uint8_t two = 2;
        crypto_generichash(message.data(), message.size(), &one, 1, chain_.data(), chain_.size());
        crypto_generichash(chain.data(), chain.size(), &two, 1, chain_.data(), chain_.size());
        chain_ = chain;
        return message;
    }

    rocksdb::Slice state() const {
        return {reinterpret_cast<const char*>(chain_.data()), chain_.size()};
    }

  private:
    Key chain_{9};
};

std::string row_key(char table, std::uint64_t number) {
    std::string key(9, table);
    for (std::size_t i = 0; i < 8; ++i)
        key[1 + i] = static_cast<char>(number >> (56 - 8 * i));
    return key;
}

std::unique_ptr<rocksdb::DB> open_store(const std::string& directory) {
    std::filesystem::remove_all(directory);
    std::filesystem::create_directories(directory);
    rocksdb::Options options;
    options.create_if_missing = true;
    options.compression = rocksdb::kNoCompression;
    rocksdb::DB* db = nullptr;
    good(rocksdb::DB::Open(options, directory, &db));
    return std::unique_ptr<rocksdb::DB>(db);
}

// Both ends show a certificate of their own, made for this run.
gnutls_certificate_credentials_t make_credentials() {
    gnutls_x509_privkey_t key = nullptr;
    gnutls_x509_crt_t certificate = nullptr;
    gnutls_certificate_credentials_t out = nullptr;
    const unsigned char serial = 1;
    gnutls_x509_privkey_init(&key);
    gnutls_x509_privkey_generate(key, GNUTLS_PK_EDDSA_ED25519, 256, 0);
    gnutls_x509_crt_init(&certificate);
    gnutls_x509_crt_set_version(certificate, 3);
    gnutls_x509_crt_set_key(certificate, key);
    gnutls_x509_crt_set_serial(certificate, &serial, 1);
    gnutls_x509_crt_set_activation_time(certificate, time(nullptr) - 10);
    gnutls_x509_crt_set_expiration_time(certificate, time(nullptr) + 86400);
    gnutls_x509_crt_sign2(certificate, certificate, key, GNUTLS_DIG_SHA512, 0);
    gnutls_certificate_allocate_credentials(&out);
    gnutls_certificate_set_x509_key(out, &certificate, 1, key);
    return out;
}

class Link {
  public:
    Link(int socket, bool called) : socket_(socket) {
        const int yes = 1;
        setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        gnutls_init(&session_, called ? GNUTLS_SERVER | GNUTLS_NO_TICKETS : GNUTLS_CLIENT);
        gnutls_priority_set_direct(
            session_, "NORMAL:-VERS-ALL:+VERS-TLS1.3:-CIPHER-ALL:+AES-256-GCM", nullptr);
        gnutls_credentials_set(session_, GNUTLS_CRD_CERTIFICATE, make_credentials());
        if (called) gnutls_certificate_server_set_request(session_, GNUTLS_CERT_REQUIRE);
        gnutls_transport_set_int(session_, socket);
        int status = 0;
        do
            status = gnutls_handshake(session_);
        while (status < 0 && gnutls_error_is_fatal(status) == 0);
        if (status < 0) give_up(gnutls_strerror(status));
    }

    void send(const char* bytes, std::size_t size) {
        while (size > 0) {
            const auto count = gnutls_record_send(session_, bytes, size);
            if (count == GNUTLS_E_AGAIN || count == GNUTLS_E_INTERRUPTED) continue;
            if (count <= 0) std::_Exit(0);  // the other end is done
            bytes += count;
            size -= static_cast<std::size_t>(count);
        }
    }

    /// Waits; 0 at the end.
    std::size_t receive(char* bytes, std::size_t size) {
        for (;;) {
            const auto count = gnutls_record_recv(session_, bytes, size);
            if (count == GNUTLS_E_AGAIN || count == GNUTLS_E_INTERRUPTED) continue;
            return count > 0 ? static_cast<std::size_t>(count) : 0;
        }
    }

    bool something_waits() const {
        if (gnutls_record_check_pending(session_) > 0) return true;
        pollfd poll_for{socket_, POLLIN, 0};
        return ::poll(&poll_for, 1, 0) > 0;
    }

  private:
    int socket_;
    gnutls_session_t session_ = nullptr;
};

const std::array<std::uint8_t, crypto_aead_chacha20poly1305_ietf_NPUBBYTES> no_nonce{};

void commit(rocksdb::DB& db, rocksdb::WriteBatch& batch, const Chain& chain) {
    rocksdb::WriteOptions options;
    options.sync = true;
    good(batch.Put("ratchet", chain.state()));
    good(db.Write(options, &batch));
    batch.Clear();
}

void take_up(const Message& message, Chain& chain, rocksdb::WriteBatch& batch) {
    const Key key = chain.next();
    std::string text(message.body.size(), '\0');
    unsigned long long size = 0;
    if (crypto_aead_chacha20poly1305_ietf_decrypt(reinterpret_cast<unsigned char*>(text.data()),
                                                  &size,
                                                  nullptr,
                                                  message.body.data(),
                                                  message.body.size(),
                                                  message.head.data(),
                                                  message.head.size(),
                                                  no_nonce.data(),
                                                  key.data()) != 0) {
        give_up("a message that does not open");
    }
    text.resize(size);
    good(batch.Put(row_key('m', message.number), text));
    good(batch.Put(row_key('i', message.number),
                   {reinterpret_cast<const char*>(message.id.data()), message.id.size()}));
}

[[noreturn]] void read_all(Link link, const Plan& plan) {
    const auto db = open_store(plan.directory + "/reader");
    Chain chain;
    rocksdb::WriteBatch batch;
    msgpack::unpacker unpacker;
    std::size_t open = 0;
    std::uint64_t last = 0;
    for (;;) {
        unpacker.reserve_buffer(65536);
        const std::size_t count = link.receive(unpacker.buffer(), 65536);
        if (count == 0) break;
        unpacker.buffer_consumed(count);
        msgpack::object_handle handle;
        while (unpacker.next(handle)) {
            Message message;
            fields_of(message) = handle.get().as<Packed>();
            take_up(message, chain, batch);
            last = message.number;
            ++open;
        }
        if (open == 0 || (open < plan.batch && link.something_waits())) continue;
        commit(*db, batch, chain);
        open = 0;
        link.send(reinterpret_cast<const char*>(&last), sizeof last);
    }
    std::_Exit(0);
}

Message make_message(std::uint64_t number, std::size_t bytes, Chain& chain) {
    const Key key = chain.next();
    const std::vector<std::uint8_t> text(bytes, 'x');
    Message message;
    message.number = number;
    message.time = static_cast<std::uint64_t>(seconds_now() * 1e6);
    message.from.assign(32, 1);
    message.id.resize(16);
    randombytes_buf(message.id.data(), message.id.size());
    message.head.assign(40, 3);
    message.body.resize(bytes + crypto_aead_chacha20poly1305_ietf_ABYTES);
    unsigned long long size = 0;
    crypto_aead_chacha20poly1305_ietf_encrypt(message.body.data(),
                                              &size,
                                              text.data(),
                                              text.size(),
                                              message.head.data(),
                                              message.head.size(),
                                              nullptr,
                                              no_nonce.data(),
                                              key.data());
    return message;
}

// Gives how many were acknowledged.
std::uint64_t write_all(Link link, const Plan& plan) {
    const auto db = open_store(plan.directory + "/sender");
    Chain chain;
    rocksdb::WriteBatch batch;
    msgpack::sbuffer packed;
    std::uint64_t number = 0;
    std::uint64_t acknowledged = 0;
    const double began = seconds_now();
    while (seconds_now() - began < plan.seconds) {
        packed.clear();
        for (std::size_t i = 0; i < plan.batch && number - acknowledged < plan.in_flight; ++i) {
            const std::size_t at = packed.size();
            const Message message = make_message(++number, plan.bytes, chain);
            msgpack::pack(packed, fields_of(message));
            good(batch.Put(row_key('o', number), {packed.data() + at, packed.size() - at}));
        }
        if (packed.size() > 0) {
            commit(*db, batch, chain);
            link.send(packed.data(), packed.size());
        }
        while (number - acknowledged >= plan.in_flight || link.something_waits()) {
            std::uint64_t upto = 0;
            if (link.receive(reinterpret_cast<char*>(&upto), sizeof upto) != sizeof upto) break;
            while (acknowledged < upto)
                good(batch.Delete(row_key('o', ++acknowledged)));
        }
    }
    std::printf("least_cost_per_s %.0f\n",
                static_cast<double>(acknowledged) / (seconds_now() - began));
    return acknowledged;
}

double cpu_seconds(int whose) {
    rusage used{};
    getrusage(whose, &used);
    const auto seconds_of = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
    };
    return seconds_of(used.ru_utime) + seconds_of(used.ru_stime);
}

}  // namespace

int main(int count, char** words) {
    if (count < 2) give_up("DIRECTORY [SECONDS] [BYTES] [IN_FLIGHT] [BATCH]");
    Plan plan{words[1]};
    if (count > 2) plan.seconds = std::atof(words[2]);
    if (count > 3) plan.bytes = std::strtoul(words[3], nullptr, 10);
    if (count > 4) plan.in_flight = std::strtoul(words[4], nullptr, 10);
    if (count > 5) plan.batch = std::strtoul(words[5], nullptr, 10);
    if (sodium_init() < 0) give_up("libsodium");
    const int listening = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    socklen_t size = sizeof address;
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* const at = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listening, at, size) != 0 || ::listen(listening, 1) != 0 ||
        ::getsockname(listening, at, &size) != 0) {
        give_up("no socket");
    }
    const pid_t child = ::fork();
    if (child == 0) read_all(Link(::accept(listening, nullptr, nullptr), true), plan);
    const int calling = ::socket(AF_INET, SOCK_STREAM, 0);
    if (::connect(calling, at, size) != 0) give_up("no connection");
    const auto messages = write_all(Link(calling, false), plan);
    ::close(calling);
    ::waitpid(child, nullptr, 0);
    const double cpu = cpu_seconds(RUSAGE_SELF) + cpu_seconds(RUSAGE_CHILDREN);
    std::printf("least_cost_cpu_us %.1f\n", cpu / static_cast<double>(messages) * 1e6);
    return 0;
}
