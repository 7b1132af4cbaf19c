// SPDX-License-Identifier: GPL-3.0-or-later
// What each command of the table does. One file a noun.
#pragma once

#include "cli/arguments.h"
#include "cli/context.h"

namespace kith::cli::commands {

using Run = api::Outcome<>(Context& context, const Arguments& arguments);

Run init, join, id;
Run invite;
Run contacts_list, contacts_show, contacts_add, contacts_accept, contacts_decline, contacts_block,
    contacts_unblock, contacts_rename, contacts_remove, contacts_set, contacts_accept_key,
    contacts_requests, contacts_introduce, contacts_report;
Run verify;
Run send, inbox, history;
Run msg_show, msg_retry, msg_cancel;
Run chat;
Run listen, ack;
Run status;
Run net_status, net_peers, net_ping, net_bootstrap_list, net_bootstrap_add, net_bootstrap_remove,
    net_export, net_traffic, net_limits, net_why;
Run mailbox_list, mailbox_use, mailbox_drop, mailbox_serve, mailbox_stats;
Run daemon_start, daemon_stop, daemon_restart, daemon_status, daemon_logs;
Run config_list, config_get, config_set, config_unset, config_path, config_check, config_edit;
Run demo;
Run help, version;

}  // namespace kith::cli::commands
