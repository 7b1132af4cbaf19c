// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/transport/tls_session.h"

#include "core/base/encoding.h"

#include <fmt/format.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include <cerrno>

#if defined(__aarch64__)
#include <sys/auxv.h>
#endif

namespace kith::transport {
namespace {

constexpr const char* aes_first =
    "NORMAL:-VERS-ALL:+VERS-TLS1.3:-GROUP-ALL:+GROUP-X25519:-SIGN-ALL:+SIGN-EDDSA-ED25519:"
    "-CIPHER-ALL:+AES-256-GCM:+CHACHA20-POLY1305";
constexpr const char* chacha_first =
    "NORMAL:-VERS-ALL:+VERS-TLS1.3:-GROUP-ALL:+GROUP-X25519:-SIGN-ALL:+SIGN-EDDSA-ED25519:"
    "-CIPHER-ALL:+CHACHA20-POLY1305:+AES-256-GCM";
constexpr std::string_view exporter_label = "EXPORTER-kith-link";
// Our own hellos and certificates are under 600 bytes.
constexpr std::size_t handshake_message_max = 4096;

Result<> checked(int status, const char* what) {
    if (status >= 0) return success();
    return fail(Code::Internal, fmt::format("{}: {}", what, gnutls_strerror(status)));
}

struct CredentialsFree {
    void operator()(gnutls_certificate_credentials_t credentials) const {
        gnutls_certificate_free_credentials(credentials);
    }
};

struct PriorityFree {
    void operator()(gnutls_priority_t priority) const { gnutls_priority_deinit(priority); }
};

struct CertificateFree {
    void operator()(gnutls_x509_crt_t certificate) const { gnutls_x509_crt_deinit(certificate); }
};

struct PrivateKeyFree {
    void operator()(gnutls_x509_privkey_t key) const { gnutls_x509_privkey_deinit(key); }
};

struct SessionFree {
    void operator()(gnutls_session_t session) const { gnutls_deinit(session); }
};

template <class Handle, class Free>
using Owned = std::unique_ptr<std::remove_pointer_t<Handle>, Free>;
using Credentials = Owned<gnutls_certificate_credentials_t, CredentialsFree>;
using Certificate = Owned<gnutls_x509_crt_t, CertificateFree>;
using PrivateKey = Owned<gnutls_x509_privkey_t, PrivateKeyFree>;

// Self-signed, for this start only; nothing in it says whose it is.
Result<> add_certificate(gnutls_certificate_credentials_t credentials,
                         Random& random,
                         Timestamp now) {
    gnutls_x509_privkey_t raw_key = nullptr;
    KITH_CHECK(checked(gnutls_x509_privkey_init(&raw_key), "key"));
    const PrivateKey key(raw_key);
    KITH_CHECK(checked(gnutls_x509_privkey_generate(raw_key, GNUTLS_PK_EDDSA_ED25519, 0, 0),
                       "key generation"));

    gnutls_x509_crt_t raw = nullptr;
    KITH_CHECK(checked(gnutls_x509_crt_init(&raw), "certificate"));
    const Certificate certificate(raw);
    auto serial = random.array<8>();
    serial[0] = static_cast<std::uint8_t>((serial[0] & 0x7f) | 0x01);  // positive, full length
    const std::string subject = "CN=" + to_hex(random.array<8>());
    const auto made = static_cast<std::time_t>(unix_seconds(now));
    constexpr std::time_t day = 86400;
    KITH_CHECK(checked(gnutls_x509_crt_set_version(raw, 3), "version"));
    KITH_CHECK(checked(gnutls_x509_crt_set_key(raw, raw_key), "certificate key"));
    KITH_CHECK(checked(gnutls_x509_crt_set_serial(raw, serial.data(), serial.size()), "serial"));
    KITH_CHECK(checked(gnutls_x509_crt_set_dn(raw, subject.c_str(), nullptr), "subject"));
    KITH_CHECK(checked(gnutls_x509_crt_set_activation_time(raw, made - day), "validity"));
    KITH_CHECK(checked(gnutls_x509_crt_set_expiration_time(raw, made + 3650 * day), "validity"));
    KITH_CHECK(checked(gnutls_x509_crt_sign2(raw, raw, raw_key, GNUTLS_DIG_SHA512, 0), "signing"));
    return checked(gnutls_certificate_set_x509_key(credentials, &raw, 1, raw_key), "credentials");
}

}  // namespace

TlsCipher preferred_cipher() {
#if defined(__x86_64__) || defined(__i386__)
    const bool aes = __builtin_cpu_supports("aes") != 0;
#elif defined(__aarch64__)
    constexpr unsigned long hwcap_aes = 1UL << 3;
    const bool aes = (getauxval(AT_HWCAP) & hwcap_aes) != 0;
#else
    const bool aes = false;
#endif
    return aes ? TlsCipher::Aes256Gcm : TlsCipher::ChaCha20Poly1305;
}

struct TlsContext::Native {
    Credentials credentials;
    Owned<gnutls_priority_t, PriorityFree> priority;
};

TlsContext::TlsContext(std::unique_ptr<Native> native) : native_(std::move(native)) {}

TlsContext::~TlsContext() = default;

Result<std::unique_ptr<TlsContext>> TlsContext::create(Random& random,
                                                       Timestamp now,
                                                       TlsCipher first) {
    auto native = std::make_unique<Native>();
    gnutls_certificate_credentials_t credentials = nullptr;
    KITH_CHECK(checked(gnutls_certificate_allocate_credentials(&credentials), "credentials"));
    native->credentials.reset(credentials);
    KITH_CHECK(add_certificate(credentials, random, now));
    gnutls_priority_t priority = nullptr;
    const char* algorithms = first == TlsCipher::Aes256Gcm ? aes_first : chacha_first;
    KITH_CHECK(checked(gnutls_priority_init(&priority, algorithms, nullptr), "algorithms"));
    native->priority.reset(priority);
    return std::unique_ptr<TlsContext>(new TlsContext(std::move(native)));
}

struct TlsSession::Native {
    Owned<gnutls_session_t, SessionFree> session;
    Bytes in;  // fed and not yet read by GnuTLS
    std::size_t in_at = 0;
    Bytes out;  // for the network
    std::size_t out_at = 0;

    static ssize_t pull(gnutls_transport_ptr_t self, void* to, std::size_t size) {
        auto& native = *static_cast<Native*>(self);
        const std::size_t count = std::min(size, native.in.size() - native.in_at);
        if (count == 0) {
            gnutls_transport_set_errno(native.session.get(), EAGAIN);
            return -1;
        }
        std::memcpy(to, native.in.data() + native.in_at, count);
        native.in_at += count;
        // An idle link keeps no buffer.
        if (native.in_at == native.in.size()) {
            native.in = Bytes();
            native.in_at = 0;
        }
        return static_cast<ssize_t>(count);
    }

    static ssize_t push(gnutls_transport_ptr_t self, const void* from, std::size_t size) {
        append(static_cast<Native*>(self)->out,
               ByteView(static_cast<const std::uint8_t*>(from), size));
        return static_cast<ssize_t>(size);
    }

    static int pull_timeout(gnutls_transport_ptr_t self, unsigned /*milliseconds*/) {
        const auto& native = *static_cast<const Native*>(self);
        return native.in_at < native.in.size() ? 1 : 0;
    }
};

TlsSession::TlsSession(std::unique_ptr<Native> native) : native_(std::move(native)) {}

TlsSession::TlsSession(TlsSession&&) noexcept = default;
TlsSession& TlsSession::operator=(TlsSession&&) noexcept = default;
TlsSession::~TlsSession() = default;

Result<TlsSession> TlsSession::create(const TlsContext& context, TlsSide side) {
    const unsigned role = side == TlsSide::Server ? GNUTLS_SERVER : GNUTLS_CLIENT;
    gnutls_session_t session = nullptr;
    KITH_CHECK(
        checked(gnutls_init(&session, role | GNUTLS_NONBLOCK | GNUTLS_NO_TICKETS), "session"));
    auto native = std::make_unique<Native>();
    native->session.reset(session);
    KITH_CHECK(checked(gnutls_priority_set(session, context.native_->priority.get()), "priority"));
    KITH_CHECK(checked(
        gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, context.native_->credentials.get()),
        "credentials"));
    gnutls_handshake_set_max_packet_length(session, handshake_message_max);
    gnutls_transport_set_ptr(session, native.get());
    gnutls_transport_set_pull_function(session, Native::pull);
    gnutls_transport_set_push_function(session, Native::push);
    gnutls_transport_set_pull_timeout_function(session, Native::pull_timeout);
    return TlsSession(std::move(native));
}

void TlsSession::feed(ByteView received) {
    append(native_->in, received);
}

Result<bool> TlsSession::handshake() {
    const gnutls_session_t session = native_->session.get();
    const int status = gnutls_handshake(session);
    if (status == GNUTLS_E_SUCCESS) return true;
    if (status == GNUTLS_E_AGAIN || status == GNUTLS_E_INTERRUPTED) return false;
    if (status != GNUTLS_E_FATAL_ALERT_RECEIVED) {
        std::ignore = gnutls_alert_send_appropriate(session, status);
    }
    return fail(Code::Refused, fmt::format("TLS handshake: {}", gnutls_strerror(status)));
}

Result<> TlsSession::write(ByteView plain) {
    while (!plain.empty()) {
        const ssize_t taken =
            gnutls_record_send(native_->session.get(), plain.data(), plain.size());
        if (taken <= 0) {
            const auto* why = gnutls_strerror(static_cast<int>(taken));
            return fail(Code::Internal, fmt::format("TLS record: {}", why));
        }
        plain = plain.subspan(static_cast<std::size_t>(taken));
    }
    return success();
}

Result<std::size_t> TlsSession::read(MutableByteView out) {
    const ssize_t count = gnutls_record_recv(native_->session.get(), out.data(), out.size());
    if (count > 0) return static_cast<std::size_t>(count);
    if (count == GNUTLS_E_AGAIN || count == GNUTLS_E_INTERRUPTED) return std::size_t{0};
    if (count == 0) return fail(Code::Unreachable, "the peer ended the TLS stream");
    const auto* why = gnutls_strerror(static_cast<int>(count));
    return fail(Code::Malformed, fmt::format("TLS record: {}", why));
}

ByteView TlsSession::output() const {
    return ByteView(native_->out).subspan(native_->out_at);
}

void TlsSession::consume(std::size_t count) {
    native_->out_at += count;
    if (native_->out_at < native_->out.size()) return;
    native_->out = Bytes();
    native_->out_at = 0;
}

Result<crypto::ChannelBinding> TlsSession::exporter() const {
    std::array<char, 32> out{};
    KITH_CHECK(checked(gnutls_prf_rfc5705(native_->session.get(),
                                          exporter_label.size(),
                                          exporter_label.data(),
                                          0,
                                          nullptr,
                                          out.size(),
                                          out.data()),
                       "TLS exporter"));
    return crypto::ChannelBinding::copy_of(as_bytes({out.data(), out.size()}));
}

std::string TlsSession::description() const {
    const gnutls_session_t session = native_->session.get();
    const auto name = [](const char* text) { return text == nullptr ? "none" : text; };
    return fmt::format("{} {} {} {}",
                       name(gnutls_protocol_get_name(gnutls_protocol_get_version(session))),
                       name(gnutls_group_get_name(gnutls_group_get(session))),
                       name(gnutls_sign_get_name(static_cast<gnutls_sign_algorithm_t>(
                           gnutls_sign_algorithm_get(session)))),
                       name(gnutls_cipher_get_name(gnutls_cipher_get(session))));
}

}  // namespace kith::transport
