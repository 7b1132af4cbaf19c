// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/transport/tls_session.h"

#include "tests/support/seeded_random.h"

#include <gnutls/gnutls.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <set>

namespace kith::transport {
namespace {

std::unique_ptr<TlsContext> context(std::uint64_t seed = 1,
                                    TlsCipher cipher = TlsCipher::Aes256Gcm) {
    test::SeededRandom random(seed);
    return TlsContext::create(random, from_unix_seconds(1767225600), cipher).value();
}

// A client and a server with nothing between them.
struct Pair {
    Pair() : Pair(context(1), context(2)) {}

    Pair(std::unique_ptr<TlsContext> of_client, std::unique_ptr<TlsContext> of_server)
        : contexts{std::move(of_client), std::move(of_server)},
          client(TlsSession::create(*contexts[0], TlsSide::Client).value()),
          server(TlsSession::create(*contexts[1], TlsSide::Server).value()) {}

    static void carry(TlsSession& from, TlsSession& to) {
        to.feed(from.output());
        from.consume(from.output().size());
    }

    void handshake() {
        bool done = false;
        for (int i = 0; i < 10 && !done; ++i) {
            done = client.handshake().value();
            carry(client, server);
            done = server.handshake().value() && done;
            carry(server, client);
        }
        ASSERT_TRUE(done);
    }

    std::array<std::unique_ptr<TlsContext>, 2> contexts;
    TlsSession client;
    TlsSession server;
};

Bytes read_all(TlsSession& session) {
    Bytes out;
    for (;;) {
        Bytes part(1000);
        const auto count = session.read(part).value();
        if (count == 0) return out;
        append(out, ByteView(part).first(count));
    }
}

// A client made with GnuTLS directly, that speaks what `priority` says.
struct ForeignClient {
    explicit ForeignClient(const char* priority) {
        gnutls_init(&session, GNUTLS_CLIENT | GNUTLS_NONBLOCK);
        gnutls_certificate_allocate_credentials(&credentials);
        gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, credentials);
        EXPECT_EQ(gnutls_priority_set_direct(session, priority, nullptr), 0);
        gnutls_transport_set_ptr(session, this);
        gnutls_transport_set_push_function(session, [](void* self, const void* data, size_t size) {
            append(static_cast<ForeignClient*>(self)->out,
                   ByteView(static_cast<const std::uint8_t*>(data), size));
            return static_cast<ssize_t>(size);
        });
        gnutls_transport_set_pull_function(session, [](void* self, void* data, size_t size) {
            auto& client = *static_cast<ForeignClient*>(self);
            const auto count = std::min(size, client.in.size());
            if (count == 0) {
                gnutls_transport_set_errno(client.session, EAGAIN);
                return ssize_t{-1};
            }
            std::memcpy(data, client.in.data(), count);
            client.in.erase(client.in.begin(),
                            client.in.begin() + static_cast<std::ptrdiff_t>(count));
            return static_cast<ssize_t>(count);
        });
        gnutls_transport_set_pull_timeout_function(session, [](void* self, unsigned) {
            return static_cast<ForeignClient*>(self)->in.empty() ? 0 : 1;
        });
    }

    ForeignClient(const ForeignClient&) = delete;
    ForeignClient& operator=(const ForeignClient&) = delete;

    ~ForeignClient() {
        gnutls_deinit(session);
        gnutls_certificate_free_credentials(credentials);
    }

    // The result of its handshake with our server: 0, or a GnuTLS error.
    int meet(TlsSession& server) {
        for (int i = 0; i < 10; ++i) {
            const int mine = gnutls_handshake(session);
            server.feed(out);
            out.clear();
            const auto theirs = server.handshake();
            append(in, server.output());
            server.consume(server.output().size());
            if (mine == 0 && theirs && *theirs) return 0;
            if (mine != 0 && gnutls_error_is_fatal(mine) != 0) return mine;
            refused = !theirs;
        }
        return GNUTLS_E_TIMEDOUT;
    }

    gnutls_session_t session = nullptr;
    gnutls_certificate_credentials_t credentials = nullptr;
    Bytes in;
    Bytes out;
    bool refused = false;
};

constexpr const char* ours = "NORMAL:-VERS-ALL:+VERS-TLS1.3";

TEST(TlsSession, AgreesOnWhatIsSpecifiedAndNothingElse) {
    Pair pair;
    pair.handshake();
    EXPECT_EQ(pair.client.description(), "TLS1.3 X25519 EdDSA-Ed25519 AES-256-GCM");
    EXPECT_EQ(pair.server.description(), pair.client.description());
}

TEST(TlsSession, PrefersChaCha20WhereTheClientHasNoAes) {
    Pair pair(context(1, TlsCipher::ChaCha20Poly1305), context(2));
    pair.handshake();
    EXPECT_EQ(pair.client.description(), "TLS1.3 X25519 EdDSA-Ed25519 CHACHA20-POLY1305");
}

TEST(TlsSession, GivesBothEndsTheSameExporterAndEachConnectionItsOwn) {
    Pair pair;
    pair.handshake();
    const auto x = pair.client.exporter().value();
    EXPECT_EQ(x, pair.server.exporter().value());
    Pair other;
    other.handshake();
    EXPECT_NE(x, other.client.exporter().value());
}

TEST(TlsSession, SendsNothingAfterTheHandshake) {
    Pair pair;
    pair.handshake();
    // A ticket would be waiting here.
    EXPECT_TRUE(pair.server.output().empty());
    EXPECT_EQ(read_all(pair.client), Bytes());
    EXPECT_EQ(read_all(pair.server), Bytes());
    EXPECT_TRUE(pair.client.output().empty());
    EXPECT_TRUE(pair.server.output().empty());
}

// The extension numbers of a ClientHello (RFC 8446 4.1.2).
std::set<unsigned> extensions(ByteView record) {
    std::size_t at = 5 + 4 + 2 + 32;
    at += 1U + record[at];
    at += 2U + read_be<std::uint16_t>(record.subspan(at));
    at += 1U + record[at];
    const std::size_t end = at + 2 + read_be<std::uint16_t>(record.subspan(at));
    at += 2;
    std::set<unsigned> out;
    while (at < end) {
        out.insert(read_be<std::uint16_t>(record.subspan(at)));
        at += 4U + read_be<std::uint16_t>(record.subspan(at + 2));
    }
    return out;
}

TEST(TlsSession, HelloHasNoNameTicketOrEarlyData) {
    const auto tls = context();
    auto client = TlsSession::create(*tls, TlsSide::Client).value();
    ASSERT_FALSE(client.handshake().value());
    const auto found = extensions(client.output());
    EXPECT_TRUE(found.contains(43));  // supported_versions: the parser works
    for (const unsigned unwanted : {0U, 16U, 35U, 41U, 42U, 45U})
        EXPECT_FALSE(found.contains(unwanted)) << unwanted;
    EXPECT_LT(client.output().size(), 400U);
}

// The certificate that a client is shown by a server of this context.
Bytes certificate(const TlsContext& tls) {
    auto server = TlsSession::create(tls, TlsSide::Server).value();
    ForeignClient client(ours);
    EXPECT_EQ(client.meet(server), 0);
    unsigned count = 0;
    const auto* chain = gnutls_certificate_get_peers(client.session, &count);
    EXPECT_EQ(count, 1U);
    return chain == nullptr ? Bytes() : to_bytes({chain->data, chain->size});
}

TEST(TlsSession, MakesAFreshCertificateForEachStartThatNamesNobody) {
    const auto one = context(7);
    const auto two = context(7);
    const Bytes first = certificate(*one);
    EXPECT_EQ(first, certificate(*one));
    EXPECT_NE(first, certificate(*two));
    EXPECT_LT(first.size(), 400U);
    EXPECT_EQ(as_text(first).find("kith"), std::string_view::npos);
}

TEST(TlsSession, CarriesLongDataInBothDirections) {
    Pair pair;
    pair.handshake();
    test::SeededRandom random(3);
    Bytes sent(100'000);
    random.fill(sent);
    ASSERT_TRUE(pair.client.write(sent).has_value());
    // Seven records: 22 bytes each around at most 16 KiB.
    EXPECT_EQ(pair.client.output().size(), sent.size() + std::size_t{7} * 22);
    Pair::carry(pair.client, pair.server);
    EXPECT_EQ(read_all(pair.server), sent);
    ASSERT_TRUE(pair.server.write(sent).has_value());
    Pair::carry(pair.server, pair.client);
    EXPECT_EQ(read_all(pair.client), sent);
}

TEST(TlsSession, WaitsForTheRestOfARecord) {
    Pair pair;
    pair.handshake();
    ASSERT_TRUE(pair.client.write(as_bytes("hello")).has_value());
    const Bytes record = to_bytes(pair.client.output());
    for (std::size_t i = 0; i + 1 < record.size(); ++i) {
        pair.server.feed(ByteView(record).subspan(i, 1));
        EXPECT_EQ(read_all(pair.server), Bytes());
    }
    pair.server.feed(ByteView(record).last(1));
    EXPECT_EQ(read_all(pair.server), to_bytes(as_bytes("hello")));
}

TEST(TlsSession, RefusesATamperedRecord) {
    Pair pair;
    pair.handshake();
    ASSERT_TRUE(pair.client.write(as_bytes("hello")).has_value());
    Bytes record = to_bytes(pair.client.output());
    record[10] ^= 1;
    pair.server.feed(record);
    Bytes out(100);
    EXPECT_EQ(pair.server.read(out).error().code, Code::Malformed);
}

TEST(TlsSession, RefusesGarbageInsteadOfAHello) {
    const auto tls = context();
    auto server = TlsSession::create(*tls, TlsSide::Server).value();
    server.feed(as_bytes("GET / HTTP/1.1\r\nHost: example.org\r\n\r\n"));
    EXPECT_EQ(server.handshake().error().code, Code::Refused);
}

// --- Foreign clients ----------------------------------------------------------------------------

TEST(TlsSession, TakesAnyTls13ClientWithOurAlgorithms) {
    const auto tls = context();
    auto server = TlsSession::create(*tls, TlsSide::Server).value();
    ForeignClient client(ours);
    EXPECT_EQ(client.meet(server), 0);
}

TEST(TlsSession, RefusesTls12WithAnAlert) {
    const auto tls = context();
    auto server = TlsSession::create(*tls, TlsSide::Server).value();
    ForeignClient client("NORMAL:-VERS-ALL:+VERS-TLS1.2");
    EXPECT_EQ(client.meet(server), GNUTLS_E_FATAL_ALERT_RECEIVED);
    EXPECT_TRUE(client.refused);
    const auto alert = gnutls_alert_get(client.session);
    EXPECT_TRUE(alert == GNUTLS_A_PROTOCOL_VERSION || alert == GNUTLS_A_HANDSHAKE_FAILURE) << alert;
}

TEST(TlsSession, RefusesAClientWithP256Only) {
    const auto tls = context();
    auto server = TlsSession::create(*tls, TlsSide::Server).value();
    ForeignClient client("NORMAL:-VERS-ALL:+VERS-TLS1.3:-GROUP-ALL:+GROUP-SECP256R1");
    EXPECT_EQ(client.meet(server), GNUTLS_E_FATAL_ALERT_RECEIVED);
}

TEST(TlsSession, RefusesAClientWithoutEd25519) {
    const auto tls = context();
    auto server = TlsSession::create(*tls, TlsSide::Server).value();
    ForeignClient client(
        "NORMAL:-VERS-ALL:+VERS-TLS1.3:-SIGN-ALL:+SIGN-ECDSA-SECP256R1-SHA256:+SIGN-RSA-PSS-"
        "SHA256");
    EXPECT_EQ(client.meet(server), GNUTLS_E_FATAL_ALERT_RECEIVED);
}

TEST(TlsSession, RefusesAClientWithoutOurCiphers) {
    const auto tls = context();
    auto server = TlsSession::create(*tls, TlsSide::Server).value();
    ForeignClient client("NORMAL:-VERS-ALL:+VERS-TLS1.3:-CIPHER-ALL:+AES-128-GCM");
    EXPECT_EQ(client.meet(server), GNUTLS_E_FATAL_ALERT_RECEIVED);
}

TEST(TlsSession, GivesNoTicketForResumption) {
    const auto tls = context();
    auto server = TlsSession::create(*tls, TlsSide::Server).value();
    ForeignClient client(ours);
    ASSERT_EQ(client.meet(server), 0);
    char byte = 0;
    EXPECT_EQ(gnutls_record_recv(client.session, &byte, 1), GNUTLS_E_AGAIN);
    EXPECT_EQ(gnutls_session_get_flags(client.session) & GNUTLS_SFLAGS_SESSION_TICKET, 0U);
}

TEST(TlsSession, TellsWhenThePeerEndsTheStream) {
    const auto tls = context();
    auto server = TlsSession::create(*tls, TlsSide::Server).value();
    ForeignClient client(ours);
    ASSERT_EQ(client.meet(server), 0);
    gnutls_bye(client.session, GNUTLS_SHUT_WR);
    server.feed(client.out);
    Bytes out(100);
    EXPECT_EQ(server.read(out).error().code, Code::Unreachable);
}

TEST(TlsSession, FollowsAKeyUpdate) {
    const auto tls = context();
    auto server = TlsSession::create(*tls, TlsSide::Server).value();
    ForeignClient client(ours);
    ASSERT_EQ(client.meet(server), 0);
    ASSERT_EQ(gnutls_session_key_update(client.session, GNUTLS_KU_PEER), 0);
    server.feed(client.out);
    client.out.clear();
    EXPECT_EQ(read_all(server), Bytes());
    ASSERT_TRUE(server.write(as_bytes("after")).has_value());
    append(client.in, server.output());
    std::array<char, 16> out{};
    ssize_t count = GNUTLS_E_AGAIN;
    for (int i = 0; i < 3 && count == GNUTLS_E_AGAIN; ++i)
        count = gnutls_record_recv(client.session, out.data(), out.size());
    EXPECT_EQ(count, 5);
}

}  // namespace
}  // namespace kith::transport
