// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/api_server.h"

#include "core/base/log.h"
#include "daemon/private_file.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <cerrno>

namespace kith::daemon {
namespace {

using Protocol = asio::local::stream_protocol;

/// Only the user whose daemon this is, and root, who could read its memory anyway.
bool may_connect(int socket) {
    ucred peer{};
    socklen_t size = sizeof peer;
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return false;
    return peer.uid == ::geteuid() || peer.uid == 0;
}

Result<> remove_stale(const std::string& path) {
    struct stat info {};

    if (::lstat(path.c_str(), &info) != 0) {
        return errno == ENOENT ? success() : Result<>(tl::unexpected(system_error(path, errno)));
    }
    if (!S_ISSOCK(info.st_mode)) return fail(Code::Refused, path + " is not a socket");
    if (::unlink(path.c_str()) != 0) return tl::unexpected(system_error(path, errno));
    return success();
}

Error from(const boost::system::error_code& error, const std::string& path) {
    return system_error("control socket " + path, error.value());
}

}  // namespace

ApiServer::ApiServer(asio::any_io_executor executor, ApiDispatcher& dispatcher, Clock& clock)
    : dispatcher_(dispatcher), clock_(clock), scope_(executor), acceptor_(executor) {}

ApiServer::~ApiServer() = default;

Result<> ApiServer::listen(const std::string& path) {
    KITH_CHECK(remove_stale(path));
    boost::system::error_code error;
    acceptor_.open(Protocol(), error);
    if (error) return tl::unexpected(from(error, path));
    // Born closed to others, so that no moment exists in which they could connect.
    const mode_t before = ::umask(S_IRWXG | S_IRWXO | S_IXUSR);
    acceptor_.bind(Protocol::endpoint(path), error);
    ::umask(before);
    if (error) return tl::unexpected(from(error, path));
    path_ = path;
    acceptor_.listen(static_cast<int>(limits::api_clients), error);
    if (error) return tl::unexpected(from(error, path));
    start();
    return success();
}

Result<> ApiServer::adopt(Descriptor socket) {
    boost::system::error_code error;
    ::fcntl(socket.get(), F_SETFD, FD_CLOEXEC);
    acceptor_.assign(Protocol(), socket.get(), error);
    if (error) return tl::unexpected(from(error, "of the service manager"));
    socket.release();
    start();
    return success();
}

void ApiServer::start() {
    scope_.spawn(accept_loop());
}

Task<> ApiServer::accept_loop() {
    AsyncEvent never(scope_.executor());
    while (!stopping_) {
        ApiSocket socket(scope_.executor());
        boost::system::error_code error;
        co_await acceptor_.async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
        if (stopping_) co_return;
        if (!error) {
            admit(std::move(socket));
            continue;
        }
        // Out of descriptors, most likely: a second later some are free again.
        log::warn(log::Category::Api, "control socket: {}", error.message());
        co_await sleep_for(clock_, seconds(1), never);
    }
}

void ApiServer::admit(ApiSocket socket) {
    if (!may_connect(socket.native_handle())) {
        log::warn(log::Category::Api, "a connection of another user was refused");
        return;
    }
    if (clients_.size() >= limits::api_clients) {
        std::string line;
        api::append_failure(
            line, "null", api::Failure(api::Problem::Busy, "too many clients are connected"));
        boost::system::error_code ignored;
        socket.non_blocking(true, ignored);
        socket.write_some(asio::buffer(line), ignored);
        return;
    }
    clients_.emplace_back(std::move(socket), dispatcher_, clock_);
    scope_.spawn(serve(std::prev(clients_.end())));
}

Task<> ApiServer::serve(std::list<ApiConnection>::iterator client) {
    co_await client->run();
    clients_.erase(client);
}

void ApiServer::resume() {
    for (ApiConnection& client : clients_)
        client.resume();
}

void ApiServer::finish() {
    if (std::exchange(stopping_, true)) return;
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    if (!path_.empty()) ::unlink(path_.c_str());
    for (ApiConnection& client : clients_)
        client.finish();
}

Task<> ApiServer::stop(Duration patience) {
    finish();
    const Alarm limit = clock_.call_after(patience, [this] {
        for (ApiConnection& client : clients_)
            client.close();
    });
    co_await scope_.join();
}

}  // namespace kith::daemon
