// SPDX-License-Identifier: GPL-3.0-or-later
// init and id.
#include "cli/commands/commands.h"
#include "cli/commands/set_up.h"
#include "cli/qr.h"
#include "cli/render.h"
#include "core/api/method.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>

namespace kith::cli::commands {

using api::failure;
using api::Problem;

api::Outcome<> init(Context& context, const Arguments& arguments) {
    const std::string& network = arguments.get("--network");
    if (!network.empty() && network != "new" && network != "public") {
        return failure(Problem::Usage,
                       fmt::format("\"{}\" is no kind of network: new or public", network));
    }
    KITH_CHECK(check_name(context, arguments.get("--name")));
    KITH_CHECK(refuse_second_identity(context));
    SetUp wanted;
    wanted.network = network.empty() ? "new" : network;
    wanted.name = arguments.get("--name");
    wanted.network_name = arguments.get("--network-name");
    wanted.device = arguments.get("--device");
    wanted.passphrase = arguments.has("--passphrase");
    KITH_TRY(const api::Identity identity, set_up(context, wanted));
    show_new_identity(context, identity);
    context.out().note("\nnext: kith invite          a link for a friend");
    return {};
}

api::Outcome<> id(Context& context, const Arguments& arguments) {
    Output& out = context.out();
    api::Identity identity;
    if (arguments.has("--new-reach")) {
        KITH_TRY(const bool sure,
                 context.ask().confirm("a new address: those you gave away stop working. Go on?"));
        if (!sure) return failure(Problem::InputNeeded, "nothing was changed");
        api::IdentitySet change;
        change.new_reach = true;
        KITH_TRY(identity, context.call(change));
    } else {
        KITH_TRY(identity, context.call(api::IdentityShow{}));
    }
    out.object(identity);
    out.lines(table({{"name", one_line(identity.name)},
                     {"address", one_line(identity.address)},
                     {"", in_groups(identity.address, 4)},
                     {"fingerprint", one_line(identity.fingerprint)},
                     {"device", one_line(identity.device)}}));
    if (arguments.has("--qr")) {
        // Upper case makes the smaller code; bech32 reads either.
        std::string upper = identity.address;
        std::ranges::transform(upper, upper.begin(), [](unsigned char c) {
            return static_cast<char>(std::toupper(c));
        });
        out.drawing(qr_for_terminal(upper, STDOUT_FILENO));
    }
    return {};
}

}  // namespace kith::cli::commands
