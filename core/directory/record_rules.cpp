// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/directory/record_rules.h"

#include "core/crypto/sign.h"
#include "core/directory/beacon_fields.h"

namespace kith::directory {

namespace {

Result<> bad_signature(const Error& error, const char* word) {
    return error.code == Code::BadKey ? fail(Code::BadKey, "bad_point")
                                      : fail(Code::BadSignature, word);
}

}  // namespace

Result<> check_record_form(const Slot& slot, ByteView data, Epoch now) {
    if (data.size() != beacon_size) return fail(Code::Malformed, "size");
    const BeaconFields fields(data);
    if (fields.version() != beacon_version) return fail(Code::UnsupportedVersion, "version");
    if (fields.index() > 1) return fail(Code::Malformed, "bad_index");
    if (!is_near(fields.epoch(), now)) return fail(Code::Stale, "wrong_epoch");
    const Slot own = slot_of(fields.account(), fields.epoch(), fields.index());
    if (own.location != slot.location) return fail(Code::Refused, "wrong_location");
    if (own.id != slot.id) return fail(Code::Refused, "wrong_value_id");
    return success();
}

Result<> check_record(const Slot& slot, ByteView data, Epoch now) {
    KITH_CHECK(check_record_form(slot, data, now));
    const BeaconFields fields(data);
    // Each verification checks its key as well: a point off the subgroup is "bad_point".
    const auto certified = verify_certificate(fields.epoch(),
                                              fields.revision().reissue,
                                              fields.signer(),
                                              fields.commitment(),
                                              fields.account(),
                                              fields.certificate());
    if (!certified) return bad_signature(certified.error(), "bad_cert");
    const auto is_signed = crypto::verify(
        crypto::Label::Beacon, fields.signer(), fields.signed_part(), fields.signature());
    if (!is_signed) return bad_signature(is_signed.error(), "bad_sig");
    return success();
}

Result<OpenBeacon> read_open_beacon(ByteView data) {
    if (data.size() != beacon_size) return fail(Code::Malformed, "size");
    const BeaconFields fields(data);
    if (fields.index() > 1) return fail(Code::Malformed, "bad_index");
    const Slot own = slot_of(fields.account(), fields.epoch(), fields.index());
    KITH_CHECK(check_record(own, data, fields.epoch()));
    return OpenBeacon{
        fields.epoch(), fields.index(), fields.account(), fields.signer(), fields.revision()};
}

Result<> check_replacement(const Slot& slot, ByteView old_data, ByteView new_data, Epoch now) {
    KITH_CHECK(check_record(slot, new_data, now));
    // Only checked records are stored, so the old one has the right size; if it ever has not, the
    // new one is better.
    if (old_data.size() == beacon_size && revision_of(new_data) <= revision_of(old_data)) {
        return fail(Code::Stale, "not_newer");
    }
    return success();
}

Revision revision_of(ByteView data) {
    return BeaconFields(data).revision();
}

}  // namespace kith::directory
