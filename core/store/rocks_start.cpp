// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/rocks_start.h"

#include "core/base/log.h"
#include "core/crypto/secret.h"
#include "core/store/rewind_guard.h"
#include "core/store/rocks_manifest.h"
#include "core/store/row_seal.h"

#include <fmt/format.h>

namespace kith::store {

namespace {

class Starter {
  public:
    Starter(const RocksStart& start,
            const RowCipher& cipher,
            const crypto::ErasureKey& slot_key,
            Random& random)
        : start_(start),
          cipher_(cipher),
          slot_key_(slot_key),
          random_(random),
          files_(*start.env) {}

    Result<Started> run() {
        KITH_TRY(const bool fresh, check_version());
        KITH_TRY(ErasureKeys erasure, open_erasure(fresh));
        KITH_TRY(auto engine, open_engine(fresh));
        Started out{std::move(engine), std::move(erasure), 0, false, std::nullopt};
        KITH_CHECK(judge(out));
        if (out.engine->read_only()) {
            out.full = Error{Code::DiskFull, full_reason_};
            return out;
        }
        if (fresh) KITH_CHECK(save_format(start_.format.format));
        KITH_CHECK(upgrade(out));
        if (const auto begun = begin_epoch(out); !begun) {
            if (begun.error().code != Code::DiskFull)
                return fail(begun.error().code, begun.error().context);
            // Opened, but without room for a single row: the caller tries again later.
            out.full = begun.error();
        }
        return out;
    }

  private:
    // True when there is no store here yet, or one whose making was cut off.
    Result<bool> check_version() {
        const RocksPlaces& places = start_.places;
        KITH_TRY(const auto file, files_.read(places.format_file()));
        if (file) {
            KITH_TRY(found_, decode_format(*file));
            KITH_CHECK(check_format(found_, start_.format));
            return false;
        }
        found_ = start_.format;
        KITH_CHECK(files_.make_directory(places.data));
        KITH_CHECK(files_.make_directory(places.database));
        KITH_CHECK(files_.make_directory(places.state));
        return true;
    }

    Result<ErasureKeys> open_erasure(bool fresh) {
        const std::string path = start_.places.erase_file();
        KITH_TRY(auto file, files_.read(path));
        if (!file && !fresh) return fail(Code::Corrupt, path + " is missing");
        if (!file) {
            // It must be there before the first row that needs it.
            const auto vk = crypto::draw_secret<crypto::ErasureKey>(random_);
            const auto nonce = crypto::draw_public<crypto::AeadNonce>(random_);
            Bytes content(erase_file_size);
            const Slot slot = seal_slot(slot_key_, 1, nonce, vk);
            std::ranges::copy(slot, content.begin() + slot_size);
            KITH_CHECK(files_.replace(path, content));
            file = std::move(content);
        }
        KITH_TRY(ErasureKeys keys, ErasureKeys::open(slot_key_, *file));
        KITH_CHECK(files_.settle(path));
        return keys;
    }

    Result<std::unique_ptr<RocksEngine>> open_engine(bool fresh) {
        if (!fresh) KITH_CHECK(check_manifest(files_, start_.places.database));
        RocksEngine::Config config;
        config.directory = start_.places.database;
        config.env = start_.env;
        config.create = fresh;
        config.older = found_.format < start_.format.format;
        config.failed = start_.failed;
        auto engine = RocksEngine::open(config);
        if (engine || fresh || config.older || engine.error().code != Code::DiskFull) return engine;
        full_reason_ = engine.error().context;
        config.read_only = true;
        return RocksEngine::open(std::move(config));
    }

    // What the database and the files beside it say of each other.
    Result<> judge(Started& out) {
        std::optional<std::uint64_t> in_database;
        KITH_TRY(const bool any, read_meta(out, boot_epoch_key(), &in_database));
        if (any && !in_database) return fail(Code::Corrupt, "the boot epoch is damaged");
        KITH_TRY(const auto epoch_file, files_.read(start_.places.epoch_file()));
        auto in_file = epoch_file ? decode_boot_epoch(cipher_, *epoch_file) : std::nullopt;
        if (epoch_file && !in_file)
            log::warn(log::Category::Store, "{} is damaged", start_.places.epoch_file());
        KITH_CHECK(check_mark(out, in_database.value_or(0), in_file));

        const BootEpoch epoch = judge_boot(in_database, in_file);
        next_epoch_ = epoch.next;
        out.boot_epoch = in_database.value_or(0);
        KITH_TRY(erased_, rows_without_key(out));
        out.rewound = epoch.rewound || !erased_.empty();
        return {};
    }

    // A database behind its mark: of the same epoch it has lost rows, of an older one it is a copy.
    Result<> check_mark(const Started& out,
                        std::uint64_t in_database,
                        std::optional<std::uint64_t>& in_file) {
        KITH_TRY(const auto file, files_.read(start_.places.mark_file()));
        const auto mark = file ? decode_marks(cipher_, *file) : std::nullopt;
        if (!mark) return {};
        if (mark->boot_epoch == in_database && out.engine->sequence() < mark->sequence)
            return fail(Code::Corrupt,
                        fmt::format("{} has lost its last rows: {} of {}",
                                    start_.places.database,
                                    out.engine->sequence(),
                                    mark->sequence));
        if (mark->boot_epoch > in_database)
            in_file = std::max(in_file.value_or(0), mark->boot_epoch);
        return {};
    }

    Result<bool> read_meta(const Started& out,
                           ByteView key,
                           std::optional<std::uint64_t>* number) const {
        return out.engine->get(Table::Meta, key, [&](ByteView row) -> Result<> {
            KITH_TRY(const Bytes value, cipher_.open(out.erasure, Table::Meta, key, row));
            if (value.size() == 8) *number = read_be<std::uint64_t>(value);
            return {};
        });
    }

    struct Place {
        Table table;
        Bytes key;
    };

    // Rows that nobody can read any more: they come from before an erasure.
    Result<std::vector<Place>> rows_without_key(const Started& out) const {
        std::vector<Place> found;
        for (const TableInfo& table : tables()) {
            if (!table.erasable()) continue;
            const Scan all{table.table};
            const auto judge_row = [&](ByteView key, ByteView row) -> Result<bool> {
                const auto g = generation_of(row);
                if (!g) return fail(Code::Corrupt, "a row is too short");
                if (out.erasure.find(*g) == nullptr) found.push_back({table.table, to_bytes(key)});
                return true;
            };
            KITH_CHECK(out.engine->walk(all, judge_row));
        }
        return found;
    }

    Result<> upgrade(Started& out) {
        if (found_.format == start_.format.format) {
            if (found_.program == start_.format.program) return {};
            return save_format(found_.format);
        }
        NonceCounter nonces(crypto::draw_public<crypto::AeadNonce>(random_));
        MigrationRows rows;
        rows.read = [&](Table table, std::uint8_t schema) { return read_rows(out, table, schema); };
        rows.put = [&](Table table, std::uint8_t schema, const MigrationRows::Row& row) {
            Bytes sealed;
            cipher_.seal_as(schema, out.erasure, table, row.key, nonces.take(), row.value, sealed);
            out.engine->put(table, id_of(table, row.key), sealed);
        };
        rows.erase = [&](Table table, ByteView key) {
            out.engine->erase(table, id_of(table, key));
        };
        rows.settle = [&](Table table) { return out.engine->settle(table); };
        rows.commit = [&] { return out.engine->write(); };
        return migrate(
            found_.format, start_.format.format, start_.steps, rows, [this](std::uint32_t reached) {
                return save_format(reached);
            });
    }

    Result<std::vector<MigrationRows::Row>> read_rows(const Started& out,
                                                      Table table,
                                                      std::uint8_t schema) const {
        std::vector<MigrationRows::Row> found;
        const Scan all{table};
        KITH_CHECK(out.engine->walk(all, [&](ByteView key, ByteView row) -> Result<bool> {
            auto value = cipher_.open_as(schema, out.erasure, table, key, row);
            if (value) found.push_back({to_bytes(key), *std::move(value)});
            return true;
        }));
        return found;
    }

    Result<> save_format(std::uint32_t format) {
        const FormatVersion reached{format, start_.format.program};
        return files_.replace(start_.places.format_file(), encode_format(reached));
    }

    // First the database, then the file: a file that is ahead means a copy.
    Result<> begin_epoch(Started& out) {
        NonceCounter nonces(crypto::draw_public<crypto::AeadNonce>(random_));
        const auto put = [&](ByteView key, ByteView value) {
            Bytes sealed;
            cipher_.seal(out.erasure, Table::Meta, key, nonces.take(), value, sealed);
            out.engine->put(Table::Meta, id_of(Table::Meta, key), sealed);
        };
        Bytes number;
        append_be<std::uint64_t>(number, next_epoch_);
        put(boot_epoch_key(), number);
        if (out.rewound) put(rewind_mark_key(), {});
        for (const Place& place : erased_)
            out.engine->erase(place.table, id_of(place.table, place.key));
        KITH_CHECK(out.engine->write());
        out.boot_epoch = next_epoch_;
        return files_.replace(start_.places.epoch_file(), encode_boot_epoch(cipher_, next_epoch_));
    }

    static Bytes id_of(Table table, ByteView key) {
        Bytes id{static_cast<std::uint8_t>(table)};
        append(id, key);
        return id;
    }

    const RocksStart& start_;
    const RowCipher& cipher_;
    const crypto::ErasureKey& slot_key_;
    Random& random_;
    RocksFiles files_;
    FormatVersion found_;
    std::uint64_t next_epoch_ = 1;
    std::vector<Place> erased_;
    std::string full_reason_;
};

}  // namespace

Result<Started> start_rocks(const RocksStart& start,
                            const RowCipher& cipher,
                            const crypto::ErasureKey& slot_key,
                            Random& random) {
    return Starter(start, cipher, slot_key, random).run();
}

}  // namespace kith::store
