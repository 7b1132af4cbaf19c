// SPDX-License-Identifier: GPL-3.0-or-later
// In virtual time computing takes no time, so proofs of work prove nothing here: libsodium's
// Argon2id, which each node tries nine times when it starts, is a plain hash in this program.
#include <sodium.h>

extern "C" int crypto_pwhash_argon2id(unsigned char* const out,
                                      unsigned long long out_size,
                                      const char* const password,
                                      unsigned long long password_size,
                                      const unsigned char* const salt,
                                      unsigned long long,
                                      std::size_t,
                                      int) {
    return crypto_generichash(out,
                              static_cast<std::size_t>(out_size),
                              reinterpret_cast<const unsigned char*>(password),
                              password_size,
                              salt,
                              crypto_pwhash_argon2id_SALTBYTES);
}
