// SPDX-License-Identifier: GPL-3.0-or-later
#include "daemon/api_connection.h"

#include "core/base/system_clock.h"
#include "daemon/api_server.h"
#include "tests/unit/daemon/scratch_directory.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <deque>

namespace kith::daemon {
namespace {

/// Answers "echo" at once, keeps "hold" until it is let go.
struct Echo final : ApiDispatcher {
    void call(api::Request request, ApiReply reply, ApiConnection&) override {
        ++calls;
        if (request.method == "hold") {
            held.push_back(std::move(reply));
        } else if (request.method == "large") {
            api::Notice notice;
            notice.message = std::string(600'000, 'x');
            reply.answer(notice);
        } else if (request.method == "echo") {
            reply.answer(api::Nothing{});
        }  // anything else is dropped
    }

    int calls = 0;
    std::deque<ApiReply> held;
};

/// The client's end: blocking is avoided by polling the daemon's io_context between reads.
class Client {
  public:
    Client(asio::io_context& io, int socket) : io_(io), socket_(socket) {}

    void write(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t count =
                ::send(socket_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
            if (count < 0 && errno != EAGAIN) return;
            if (count > 0) bytes.remove_prefix(static_cast<std::size_t>(count));
            settle();
        }
    }

    void call(int id, std::string_view method) {
        write(fmt::format(R"({{"jsonrpc":"2.0","id":{},"method":"{}"}})"
                          "\n",
                          id,
                          method));
    }

    /// All that the daemon writes until it has nothing more to do.
    std::string read() {
        std::string out;
        std::array<char, 65536> block{};
        for (;;) {
            settle();
            const ssize_t count = ::recv(socket_.get(), block.data(), block.size(), MSG_DONTWAIT);
            if (count == 0) closed_ = true;
            if (count <= 0) return out;
            out.append(block.data(), static_cast<std::size_t>(count));
            ++reads_;
        }
    }

    bool closed() {
        const std::string rest = read();
        return closed_;
    }

    int reads() const { return reads_; }

    void half_close() { ::shutdown(socket_.get(), SHUT_WR); }

    void leave() { socket_.close(); }

  private:
    void settle() {
        io_.restart();
        while (io_.poll() > 0) {
        }
    }

    asio::io_context& io_;
    Descriptor socket_;
    bool closed_ = false;
    int reads_ = 0;
};

std::size_t count(const std::string& text, std::string_view part) {
    std::size_t found = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        ++found;
    return found;
}

class ApiConnectionTest : public ::testing::Test {
  protected:
    ApiConnectionTest() {
        int ends[2] = {-1, -1};
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
        ApiSocket socket(io);
        socket.assign(asio::local::stream_protocol(), ends[0]);
        connection = std::make_unique<ApiConnection>(std::move(socket), echo, clock);
        client = std::make_unique<Client>(io, ends[1]);
        scope.spawn(run());
    }

    ~ApiConnectionTest() override {
        echo.held.clear();
        connection->close();
        client->read();
        EXPECT_EQ(scope.size(), 0U);
    }

    Task<> run() {
        co_await connection->run();
        ended = true;
    }

    asio::io_context io;
    SystemClock clock{io.get_executor()};
    AsyncScope scope{io.get_executor()};
    Echo echo;
    std::unique_ptr<ApiConnection> connection;
    std::unique_ptr<Client> client;
    bool ended = false;
};

TEST_F(ApiConnectionTest, AnswersEachCallWithItsId) {
    client->call(7, "echo");
    EXPECT_EQ(client->read(), "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{}}\n");
    client->write("{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"echo\",\"params\":{}}\n");
    EXPECT_EQ(client->read(), "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"result\":{}}\n");
}

TEST_F(ApiConnectionTest, AnswersThatAreReadyTogetherLeaveTogether) {
    for (int i = 0; i < 50; ++i)
        client->call(i, "hold");
    client->read();
    const int before = client->reads();
    while (!echo.held.empty()) {
        echo.held.front().answer(api::Nothing{});
        echo.held.pop_front();
    }
    EXPECT_EQ(count(client->read(), "\n"), 50U);
    EXPECT_EQ(client->reads() - before, 1);
}

TEST_F(ApiConnectionTest, TakesNoMoreThan64CallsAtATime) {
    std::string all;
    for (int i = 0; i < 100; ++i)
        all += fmt::format("{{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"hold\"}}\n", i);
    client->write(all);
    client->read();
    EXPECT_EQ(echo.calls, 64);
    echo.held.front().answer(api::Nothing{});
    echo.held.pop_front();
    client->read();
    EXPECT_EQ(echo.calls, 65);
    echo.held.clear();
    client->read();
    EXPECT_EQ(echo.calls, 100);
}

TEST_F(ApiConnectionTest, ACallThatIsDroppedIsAnsweredAsInternal) {
    client->call(1, "unknown");
    EXPECT_NE(client->read().find("\"internal\""), std::string::npos);
}

TEST_F(ApiConnectionTest, ThreeBadLinesCloseTheClient) {
    client->write("nonsense\n");
    EXPECT_NE(client->read().find("-32700"), std::string::npos);
    client->write("{\"id\":1}\n");
    EXPECT_NE(client->read().find("-32600"), std::string::npos);
    EXPECT_FALSE(client->closed());
    client->write("[]\n");
    EXPECT_NE(client->read().find("-32600"), std::string::npos);
    EXPECT_TRUE(client->closed());
    EXPECT_TRUE(ended);
}

TEST_F(ApiConnectionTest, ALineOverAMegabyteIsRefusedAndTheClientClosed) {
    client->write(std::string(limits::api_line + 1, 'x'));
    EXPECT_NE(client->read().find("-32700"), std::string::npos);
    EXPECT_TRUE(client->closed());
}

TEST_F(ApiConnectionTest, AClientThatDoesNotReadIsNotReadEither) {
    std::string all;
    for (int i = 0; i < 60; ++i)
        all += fmt::format("{{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"large\"}}\n", i);
    client->write(all);
    EXPECT_LT(echo.calls, 6);
    std::string got;
    while (count(got, "\n") < 60) {
        const std::string more = client->read();
        if (more.empty()) break;
        got += more;
    }
    EXPECT_EQ(echo.calls, 60);
    EXPECT_EQ(count(got, "\n"), 60U);
}

TEST_F(ApiConnectionTest, AClientThatIsDoneWritingStillGetsItsAnswers) {
    client->call(1, "hold");
    client->read();
    client->half_close();
    client->read();
    EXPECT_FALSE(ended);
    echo.held.front().answer(api::Nothing{});
    echo.held.clear();
    EXPECT_EQ(count(client->read(), "\n"), 1U);
    EXPECT_TRUE(client->closed());
    EXPECT_TRUE(ended);
}

TEST_F(ApiConnectionTest, AClientThatLeavesFreesItsPlaceAtOnce) {
    client->call(1, "hold");
    client->read();
    client->leave();
    client->read();
    EXPECT_TRUE(ended);
    echo.held.front().answer(api::Nothing{});  // nobody hears it, nothing breaks
}

class ApiServerTest : public ::testing::Test {
  protected:
    ApiServerTest() : path(directory.path() + "/kith.sock") {}

    ~ApiServerTest() override {
        scope.spawn(server.stop(seconds(1)));
        while (scope.size() > 0) {
            io.restart();
            io.run_one();
        }
    }

    std::unique_ptr<Client> connect() {
        Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::copy(path.begin(), path.end(), address.sun_path);
        if (::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
            return nullptr;
        }
        auto client = std::make_unique<Client>(io, socket.release());
        client->read();
        return client;
    }

    ScratchDirectory directory;
    std::string path;
    asio::io_context io;
    SystemClock clock{io.get_executor()};
    AsyncScope scope{io.get_executor()};
    Echo echo;
    ApiServer server{io.get_executor(), echo, clock};
};

TEST_F(ApiServerTest, TheSocketIsForItsOwnerOnlyWhateverTheUmask) {
    const mode_t before = ::umask(0);
    ASSERT_TRUE(server.listen(path));
    ::umask(before);

    struct stat info {};

    ASSERT_EQ(::lstat(path.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 07777, 0600U);
    auto client = connect();
    ASSERT_TRUE(client);
    client->call(1, "echo");
    EXPECT_EQ(count(client->read(), "\n"), 1U);
}

TEST_F(ApiServerTest, AStaleSocketIsReplacedAndAFileIsNot) {
    {
        ApiServer old(io.get_executor(), echo, clock);
        asio::local::stream_protocol::acceptor stale(io, path);
    }
    ASSERT_TRUE(server.listen(path));
    EXPECT_TRUE(connect());
    ApiServer other(io.get_executor(), echo, clock);
    const std::string file = directory.path() + "/file";
    directory.put("file", "precious");
    EXPECT_FALSE(other.listen(file));
    EXPECT_EQ(directory.get("file"), "precious");
}

TEST_F(ApiServerTest, TheClientAfterThe32ndIsToldSoAndClosed) {
    ASSERT_TRUE(server.listen(path));
    std::vector<std::unique_ptr<Client>> clients;
    for (std::size_t i = 0; i < limits::api_clients; ++i)
        clients.push_back(connect());
    EXPECT_EQ(server.clients(), limits::api_clients);
    auto refused = connect();
    EXPECT_TRUE(refused->closed());
    EXPECT_EQ(server.clients(), limits::api_clients);
    clients.pop_back();
    auto late = connect();
    late->call(1, "echo");
    EXPECT_EQ(count(late->read(), "\"result\""), 1U);
}

TEST_F(ApiServerTest, StoppingAnswersWhatIsDoneAndRemovesTheSocket) {
    ASSERT_TRUE(server.listen(path));
    auto client = connect();
    client->call(1, "hold");
    client->read();
    scope.spawn(server.stop(seconds(5)));
    client->read();
    echo.held.front().answer(api::Nothing{});
    echo.held.clear();
    EXPECT_EQ(count(client->read(), "\"result\""), 1U);
    EXPECT_TRUE(client->closed());
    EXPECT_EQ(server.clients(), 0U);
    EXPECT_NE(::access(path.c_str(), F_OK), 0);
}

}  // namespace
}  // namespace kith::daemon
