// SPDX-License-Identifier: GPL-3.0-or-later
// One TLS 1.3 connection as a machine without a socket: bytes of the network go in and come out,
// and so do the bytes of the application. TlsStream moves them.
//
// TLS hides what crosses the wire; it says nothing about who is there. Certificates are thrown away
// at exit and nobody verifies them: the link handshake signs the exporter inside. Therefore only
// TLS 1.3, X25519, Ed25519 and two AEADs; no tickets, no early data, no names.
// Specification: docs/spec/link.md.
#pragma once

#include "core/base/bytes.h"
#include "core/base/random.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/crypto/keys.h"

#include <memory>
#include <string>

namespace kith::transport {

enum class TlsSide { Client, Server };

/// Whether AES or ChaCha20 is offered first. GnuTLS 3.7.9 is six times faster with AES where the
/// processor helps.
enum class TlsCipher { Aes256Gcm, ChaCha20Poly1305 };

TlsCipher preferred_cipher();

/// What all sessions of one start share: a fresh Ed25519 certificate and the algorithms.
class TlsContext {
  public:
    /// `now` dates the certificate. Internal: GnuTLS refused.
    static Result<std::unique_ptr<TlsContext>> create(Random& random,
                                                      Timestamp now,
                                                      TlsCipher first = preferred_cipher());
    TlsContext(const TlsContext&) = delete;
    TlsContext& operator=(const TlsContext&) = delete;
    ~TlsContext();

  private:
    friend class TlsSession;
    struct Native;

    explicit TlsContext(std::unique_ptr<Native> native);

    std::unique_ptr<Native> native_;
};

class TlsSession {
  public:
    /// Largest plaintext of one record (RFC 8446 5.1).
    static constexpr std::size_t record_max = std::size_t{16} << 10;

    /// `context` must outlive the session. Internal: GnuTLS refused.
    static Result<TlsSession> create(const TlsContext& context, TlsSide side);
    TlsSession(TlsSession&&) noexcept;
    TlsSession& operator=(TlsSession&&) noexcept;
    ~TlsSession();

    /// Bytes that came from the network.
    void feed(ByteView received);

    /// Goes on with the handshake: true when it is done, false when more input is needed. Refused:
    /// the peer is not a TLS 1.3 peer of ours; an alert for it is in the output.
    Result<bool> handshake();

    /// Encrypts into the output, in records as large as can be. Requires: the handshake is done.
    Result<> write(ByteView plain);

    /// Decrypts into `out`; 0 when more input is needed. Unreachable: the peer ended the stream.
    /// Malformed: these are no records of this session. Requires: the handshake is done.
    Result<std::size_t> read(MutableByteView out);

    /// Bytes for the network, oldest first, and how many of them have gone.
    ByteView output() const;
    void consume(std::size_t count);

    /// 32 bytes that only the two ends know (RFC 5705, label EXPORTER-kith-link, no context).
    /// Requires: the handshake is done.
    Result<crypto::ChannelBinding> exporter() const;

    /// What was agreed, in words: "TLS1.3 X25519 EdDSA-Ed25519 AES-256-GCM".
    std::string description() const;

  private:
    struct Native;

    explicit TlsSession(std::unique_ptr<Native> native);

    std::unique_ptr<Native> native_;
};

}  // namespace kith::transport
