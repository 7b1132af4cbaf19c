// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/name_tags.h"

#include "core/identity/address.h"
#include "core/text/skeleton.h"

#include <vector>

namespace kith::daemon {
namespace {

constexpr Duration keep = minutes(1);
constexpr std::size_t fingerprint_size = 32;

struct Bearer {
    const node::ContactView* contact = nullptr;
    std::string key;
};

std::string_view shown_name(const node::ContactView& contact) {
    return contact.name.empty() ? contact.self_name : contact.name;
}

}  // namespace

NameTag NameTags::of(const node::Node& node, const crypto::AccountKey& account, SteadyTime now) {
    if (!fresh_ || now - made_ > keep) {
        refresh(node);
        made_ = now;
        fresh_ = true;
    }
    const auto found = tags_.find(account);
    if (found != tags_.end()) return found->second;
    return {identity::key_tag(account), true};
}

void NameTags::refresh(const node::Node& node) {
    tags_.clear();
    const auto contacts = node.contacts();
    if (!contacts) return;
    // Only names with the same skeleton can be taken for each other.
    std::map<std::string, std::vector<Bearer>> alike;
    for (const node::ContactView& contact : *contacts) {
        Bearer bearer{&contact, identity::key_tag(contact.account, fingerprint_size)};
        alike[text::skeleton(shown_name(contact))].push_back(std::move(bearer));
    }
    for (const auto& [skeleton, bearers] : alike) {
        std::vector<text::KeyedName> names;
        for (const Bearer& bearer : bearers)
            names.push_back({shown_name(*bearer.contact), bearer.key});
        for (std::size_t i = 0; i < bearers.size(); ++i) {
            std::string tag = text::needed_tag(names[i], names);
            const bool needed = !tag.empty() || bearers[i].contact->name.empty();
            if (tag.empty()) tag = bearers[i].key.substr(0, 4);
            tags_[bearers[i].contact->account] = NameTag{std::move(tag), needed};
        }
    }
}

}  // namespace kith::daemon
