// SPDX-License-Identifier: GPL-3.0-or-later
// Two ends of a libolm session, the yardstick of the ratchet bench.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

namespace kith::bench {

class OlmPair {
  public:
    OlmPair();
    OlmPair(const OlmPair&) = delete;
    OlmPair& operator=(const OlmPair&) = delete;
    ~OlmPair();

    /// Encrypts at one end and decrypts at the other.
    void one_way(const std::string& text);
    /// A message and its answer: two turns of the ratchet.
    void ping_pong(const std::string& text);

  private:
    struct Ends;

    std::unique_ptr<Ends> ends_;
};

}  // namespace kith::bench
