/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How a message gets from its sender to its reader: outbox, mailbox, receipts, crashes.
 *
 * Three devices, each with a memory and a disk. Whatever happens changes the memory; a commit makes
 * the disk equal to it; a crash makes the memory equal to the disk and forgets what was to be sent.
 * Links lose, and the mailbox may lose a copy that it has signed for. Sender and reader meet
 * directly, through the mailbox, or both, and say things again whenever they like.
 *
 * With PATIENT they say things again only when all is quiet, as their timers see to it: every run
 * that goes on for ever then is one in which saying it again does not help. Crashes and losses are
 * counted: for ever is not what is promised.
 *
 * A macro of the list in check.py spoils one rule; the model must not pass then.
 * Rules: docs/spec/message.md#receiving, docs/spec/mailbox.md#promises.
 */

#ifndef MESSAGES
#define MESSAGES 1
#endif
#ifndef CRASHES
#define CRASHES 2
#endif
#ifndef LOSSES
#define LOSSES 1
#endif

#define each(m) for (m : 0 .. MESSAGES - 1)

/* What is on the way. What does not fit is said again later. */
chan direct = [MESSAGES] of { byte };   /* sender -> reader: the message */
chan deposit = [MESSAGES] of { byte };  /* sender -> mailbox */
chan promise = [MESSAGES] of { byte };  /* mailbox -> sender: it is kept */
chan pickup = [MESSAGES] of { byte };   /* mailbox -> reader */
chan ackdel = [MESSAGES] of { byte };   /* reader -> mailbox: it can go */
chan receipt = [MESSAGES] of { byte };  /* reader -> sender: it is here */

typedef Sender { bool outbox[MESSAGES]; bool delivered[MESSAGES] };
typedef Mailbox { bool held[MESSAGES]; bool collected[MESSAGES] };
typedef Reader { bool seen[MESSAGES] };

Sender sender, sender_disk;
Mailbox mailbox, mailbox_disk;
Reader reader, reader_disk;

/* Memory and disk differ, or something waits for the next commit. */
bool sender_dirty, mailbox_dirty, reader_dirty;

/* Owed: to be sent once the disk knows. Ready: it does. Gone with a crash. */
bool promise_owed[MESSAGES], promise_ready[MESSAGES];
bool receipt_owed[MESSAGES], receipt_ready[MESSAGES];
bool ackdel_owed[MESSAGES], ackdel_ready[MESSAGES];

/* What people see. It is never taken back. */
bool accepted[MESSAGES];  /* `kith send` has ended well */
bool told[MESSAGES];      /* the sender sees "delivered" */
bool shown[MESSAGES];     /* the reader sees the message */

byte written = 0;
byte crashes = CRASHES;
byte losses = LOSSES;
byte lost_copies = LOSSES;

#ifdef BYTES_BEFORE_SYNC
#define may_leave(m) (sender.outbox[m])
#else
#define may_leave(m) (sender.outbox[m] && sender_disk.outbox[m])
#endif

/* --- Sender ---------------------------------------------------------------------------------- */

active proctype sending() {
    byte m;
end:
    do
    :: atomic { written < MESSAGES ->
        sender.outbox[written] = true; sender_dirty = true; written++
    }
    :: atomic { receipt?m ->
        sender.outbox[m] = false; sender.delivered[m] = true; sender_dirty = true; m = 0
    }
    :: atomic { promise?m ->
        /* It was true when it was made: kept, or collected by its reader, or lost since. */
        assert(mailbox_disk.held[m] || mailbox_disk.collected[m] || lost_copies < LOSSES);
#ifdef OUTBOX_ENDS_AT_MAILBOX
        sender.outbox[m] = false; sender_dirty = true;
#endif
        m = 0
    }
    :: atomic { sender_dirty ->
        each(m) {
            sender_disk.outbox[m] = sender.outbox[m];
            sender_disk.delivered[m] = sender.delivered[m];
            accepted[m] = accepted[m] || sender.outbox[m];
            told[m] = told[m] || sender.delivered[m];
            /* Nothing is called delivered that is not. */
            assert(!told[m] || (shown[m] && reader_disk.seen[m]))
        }
        sender_dirty = false; m = 0
    }
    od
}

/* --- Mailbox --------------------------------------------------------------------------------- */

active proctype keeping() {
    byte m;
end:
    do
    :: atomic { deposit?m ->
        if
        :: mailbox.collected[m]  /* says: gone */
        :: else ->
            mailbox.held[m] = true;
#ifdef PROMISE_BEFORE_SYNC
            promise_ready[m] = true;
#else
            promise_owed[m] = true;
#endif
            mailbox_dirty = true
        fi;
        m = 0
    }
    :: atomic { ackdel?m ->
        /* Nothing is deleted that its reader could still lose. */
        assert(reader_disk.seen[m]);
        mailbox.held[m] = false; mailbox.collected[m] = true; mailbox_dirty = true; m = 0
    }
    :: atomic { mailbox_dirty ->
        each(m) {
            mailbox_disk.held[m] = mailbox.held[m];
            mailbox_disk.collected[m] = mailbox.collected[m];
            promise_ready[m] = promise_ready[m] || promise_owed[m];
            promise_owed[m] = false
        }
        mailbox_dirty = false; m = 0
    }
    :: atomic { promise_ready[0] && nfull(promise) -> promise_ready[0] = false; promise!0 }
#if MESSAGES > 1
    :: atomic { promise_ready[1] && nfull(promise) -> promise_ready[1] = false; promise!1 }
#endif
    od
}

/* --- Reader ---------------------------------------------------------------------------------- */

inline take(m) {
#ifdef NO_DEDUP
    assert(!shown[m]);
#endif
    reader.seen[m] = true; reader_dirty = true;
#ifdef RECEIPT_BEFORE_SYNC
    receipt_ready[m] = true
#else
#ifdef RECEIPT_ONCE
    receipt_owed[m] = !reader_disk.seen[m]
#else
    receipt_owed[m] = true
#endif
#endif
}

active proctype reading() {
    byte m;
end:
    do
    :: atomic { direct?m -> take(m); m = 0 }
    :: atomic { pickup?m ->
        take(m);
#ifdef ACKDEL_BEFORE_SYNC
        ackdel_ready[m] = true;
#else
        ackdel_owed[m] = true;
#endif
        m = 0
    }
    :: atomic { reader_dirty ->
        each(m) {
            if
            :: reader.seen[m] && !reader_disk.seen[m] ->
                /* Once: the row that shows it is the row that knows it. */
                assert(!shown[m]);
                /* Nobody reads what its sender could forget. */
                assert(sender_disk.outbox[m] || sender_disk.delivered[m]);
                shown[m] = true; reader_disk.seen[m] = true
            :: else
            fi;
            receipt_ready[m] = receipt_ready[m] || receipt_owed[m];
            ackdel_ready[m] = ackdel_ready[m] || ackdel_owed[m];
            receipt_owed[m] = false; ackdel_owed[m] = false
        }
        reader_dirty = false; m = 0
    }
    :: atomic { receipt_ready[0] && nfull(receipt) -> receipt_ready[0] = false; receipt!0 }
    :: atomic { ackdel_ready[0] && nfull(ackdel) -> ackdel_ready[0] = false; ackdel!0 }
#if MESSAGES > 1
    :: atomic { receipt_ready[1] && nfull(receipt) -> receipt_ready[1] = false; receipt!1 }
    :: atomic { ackdel_ready[1] && nfull(ackdel) -> ackdel_ready[1] = false; ackdel!1 }
#endif
    od
}

/* --- Saying it, and saying it again ---------------------------------------------------------- */

#ifdef PATIENT
#define nothing_ready(m) (!promise_ready[m] && !receipt_ready[m] && !ackdel_ready[m])
#if MESSAGES > 1
#define all_sent (nothing_ready(0) && nothing_ready(1))
#else
#define all_sent nothing_ready(0)
#endif
#define quiet \
    (empty(direct) && empty(deposit) && empty(promise) && empty(pickup) && empty(ackdel) && \
     empty(receipt) && !sender_dirty && !mailbox_dirty && !reader_dirty && all_sent && \
     written == MESSAGES)

active proctype timers() {
    byte m;
end:
    do
    :: atomic { quiet ->
        each(m) {
            if
            :: may_leave(m) -> direct!m; deposit!m
            :: else
            fi;
            if
            :: mailbox_disk.held[m] -> pickup!m
            :: else
            fi
        }
        m = 0
    }
    od
}
#else
proctype links(byte m) {
end:
    do
    :: atomic { may_leave(m) && nfull(direct) -> direct!m }
    :: atomic { may_leave(m) && nfull(deposit) -> deposit!m }
    :: atomic { mailbox.held[m] && mailbox_disk.held[m] && nfull(pickup) -> pickup!m }
    od
}

init {
    byte m;
    atomic { each(m) { run links(m) } }
}
#endif

/* --- What goes wrong ------------------------------------------------------------------------- */

active proctype trouble() {
    byte m;
end:
    do
    :: atomic { crashes > 0 ->
        crashes--;
        if
        :: each(m) {
            sender.outbox[m] = sender_disk.outbox[m];
            sender.delivered[m] = sender_disk.delivered[m]
           }
           sender_dirty = false
        :: each(m) {
            mailbox.held[m] = mailbox_disk.held[m];
            mailbox.collected[m] = mailbox_disk.collected[m];
            promise_owed[m] = false; promise_ready[m] = false
           }
           mailbox_dirty = false
        :: each(m) {
            reader.seen[m] = reader_disk.seen[m];
            receipt_owed[m] = false; receipt_ready[m] = false;
            ackdel_owed[m] = false; ackdel_ready[m] = false
           }
           reader_dirty = false
        fi;
        m = 0
    }
    :: atomic { losses > 0 ->
        if
        :: direct?m
        :: deposit?m
        :: promise?m
        :: pickup?m
        :: ackdel?m
        :: receipt?m
        fi;
        losses--; m = 0
    }
    :: atomic { lost_copies > 0 && mailbox_disk.held[0] ->
        mailbox.held[0] = false; mailbox_disk.held[0] = false; lost_copies--
    }
    od
}

/* --- What is promised ------------------------------------------------------------------------ */

#define kept(m) (!accepted[m] || sender_disk.outbox[m] || told[m])
#define arrived(m) (!accepted[m] || told[m])

#if MESSAGES > 1
/* Whoever was told that it is on its way finds it in the outbox until it is there. */
ltl nothing_lost { [] (kept(0) && kept(1)) }
/* What was accepted arrives, and its sender sees that. A crash may take what was not accepted. */
ltl arrives { <> [] (arrived(0) && arrived(1)) }
#else
ltl nothing_lost { [] kept(0) }
ltl arrives { <> [] arrived(0) }
#endif
