// SPDX-License-Identifier: GPL-3.0-or-later
// One call that waits for its answer, and gets exactly one.
#pragma once

#include "core/api/json_line.h"
#include "daemon/api_outlet.h"

#include <memory>
#include <string>

namespace kith::daemon {

/// Counts the calls of one client that are not answered yet. Shared by its replies, which may
/// outlive it.
struct ApiCallCount {
    std::size_t value = 0;
    std::function<void()> on_answer;  // cleared when the connection ends
};

/// Move-only. Dropped unanswered it answers `internal` itself: a client never waits in vain.
class ApiReply {
  public:
    ApiReply(std::shared_ptr<ApiOutlet> outlet, std::shared_ptr<ApiCallCount> calls, std::string id)
        : outlet_(std::move(outlet)), calls_(std::move(calls)), id_(std::move(id)) {
        ++calls_->value;
    }

    ApiReply(ApiReply&&) noexcept = default;
    ApiReply& operator=(ApiReply&&) = delete;
    ApiReply(const ApiReply&) = delete;
    ApiReply& operator=(const ApiReply&) = delete;

    ~ApiReply() {
        if (calls_) fail(api::Failure(api::Problem::Internal, "the call was given up"));
    }

    /// `result` is a struct of core/api.
    template <class R>
    void answer(const R& result) {
        if (outlet_->open()) api::append_answer(outlet_->lines(), id_, result);
        done();
    }

    /// As many items from one end as fit one line.
    template <class T>
    void answer_page(const std::vector<T>& items, api::Keep keep) {
        if (outlet_->open()) api::append_page(outlet_->lines(), id_, items, keep);
        done();
    }

    void fail(const api::Failure& failure) {
        if (outlet_->open()) api::append_failure(outlet_->lines(), id_, failure);
        done();
    }

    template <class R>
    void finish(const api::Outcome<R>& outcome) {
        outcome ? answer(*outcome) : fail(outcome.error());
    }

    template <class T>
    void finish(const api::Outcome<std::vector<T>>& outcome) {
        outcome ? answer_page(*outcome, api::Keep::First) : fail(outcome.error());
    }

  private:
    void done() {
        outlet_->flush_later();
        const auto calls = std::move(calls_);
        --calls->value;
        if (calls->on_answer) calls->on_answer();
    }

    std::shared_ptr<ApiOutlet> outlet_;
    std::shared_ptr<ApiCallCount> calls_;
    std::string id_;
};

}  // namespace kith::daemon
