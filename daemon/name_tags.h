// SPDX-License-Identifier: GPL-3.0-or-later
// Which names may stand alone, and which only beside the beginning of their key.
//
// A name that its bearer chose is shown with its tag until the user has accepted or renamed it, and
// always when it could be taken for another (docs/spec/control-api.md#names). Looking for
// look-alikes costs a pass over all contacts, so the answer is kept for a minute or until a change
// that this user makes.
#pragma once

#include "core/base/time.h"
#include "core/node/node.h"

#include <map>
#include <string>

namespace kith::daemon {

struct NameTag {
    std::string tag;  // at least 4 characters of the fingerprint
    bool needed = true;
};

class NameTags {
  public:
    /// Of an account; for unknown ones the tag is needed.
    NameTag of(const node::Node& node, const crypto::AccountKey& account, SteadyTime now);

    /// Names or contacts have changed.
    void forget() { fresh_ = false; }

  private:
    void refresh(const node::Node& node);

    std::map<crypto::AccountKey, NameTag> tags_;
    SteadyTime made_{};
    bool fresh_ = false;
};

}  // namespace kith::daemon
