// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/hints.h"

#include "cli/output.h"
#include "tests/unit/text/hostile_strings.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace kith::cli {
namespace {

using api::Failure;
using api::Problem;

std::vector<std::string> bob_and_eve() {
    return {"Bob", "Eve", "Борис"};
}

std::vector<std::string> must_not_be_asked() {
    ADD_FAILURE() << "contacts were asked for";
    return {};
}

TEST(Hints, FillInTheNextStep) {
    Failure failure(Problem::NotSetUp);
    complete(failure, "", must_not_be_asked);
    EXPECT_EQ(failure.hint, "kith init --name \"Your Name\"   or: kith join LINK");
    Failure told(Problem::NoDaemon, "x", "do this");
    complete(told, "", must_not_be_asked);
    EXPECT_EQ(told.hint, "do this");
}

TEST(Hints, FindTheNameThatWasMeant) {
    Failure failure(Problem::NoContact, "you have no contact \"bbo\"");
    complete(failure, "bbo", bob_and_eve);
    EXPECT_EQ(failure.facts, std::vector<std::string>{"did you mean \"Bob\"?"});
    EXPECT_EQ(failure.hint, "kith contacts");
    Failure far(Problem::NoContact);
    complete(far, "nobody", bob_and_eve);
    EXPECT_TRUE(far.facts.empty());
}

TEST(Hints, NameTheContactWhoseKeyHasChanged) {
    Failure failure(Problem::KeyChanged);
    complete(failure, "bob", must_not_be_asked);
    EXPECT_EQ(failure.hint, "kith verify bob   then: kith contacts accept-key bob");
}

TEST(FailureText, HasTheFormOfEveryError) {
    Failure failure(Problem::NoContact, "you have no contact \"bbo\"", "kith contacts");
    failure.facts = {"did you mean \"bob\"?"};
    EXPECT_EQ(failure_text(failure, false, false),
              "error: you have no contact \"bbo\"\n"
              "  did you mean \"bob\"?\n"
              "try: kith contacts\n");
    Failure waiting(Problem::NotDelivered,
                    "not delivered yet: Bob has been offline for 3 h",
                    "kith msg show 01J9");
    EXPECT_EQ(failure_text(waiting, false, false),
              "not delivered yet: Bob has been offline for 3 h\nsee: kith msg show 01J9\n");
    EXPECT_EQ(failure_text(Failure(Problem::Alone, "x"), true, false),
              "\x1b[1;31merror:\x1b[0m x\n");
}

TEST(FailureText, HoldsNothingThatSteersATerminal) {
    for (const std::string& text : test::hostile_strings()) {
        Failure failure(Problem::Internal, text, text);
        failure.facts = {text};
        const std::string shown = failure_text(failure, false, false);
        EXPECT_LE(std::ranges::count(shown, '\n'), 3);
        for (const char byte : shown)
            EXPECT_FALSE(static_cast<unsigned char>(byte) < 0x20 && byte != '\n');
    }
}

}  // namespace
}  // namespace kith::cli
