// The calibration block, through the commands, with the power cut at every write.
#include "bench.h"
#include "check.h"

using namespace gripforce;
using bench::Bench;
using bench::Bytes;

namespace {

Bytes command(const Bytes& block) {
  Bytes payload = {kWriteCalibration, 6};
  payload.insert(payload.end(), block.begin(), block.end());
  return payload;
}

// The block that a device tells after it was switched off and on; empty where it has none.
Bytes after_power_cycle(const bench::PlainStorage& storage) {
  Bench b({bench::force_stream()});
  b.heard();
  b.storage.bytes = storage.bytes;
  b.calibration.load();
  b.ask({kReadCalibration, 5});
  const Bytes told = b.heard().at(0);
  if (told[0] == kNak) return {};
  return Bytes(told.begin() + 2, told.end());
}

void write_and_read() {
  Bench b({bench::force_stream()});
  b.heard();
  b.ask({kReadCalibration, 1});
  CHECK((b.heard().at(0) == Bytes{kNak, 1, kReadCalibration, kStorageFault, 0, 0, 0, 0}));
  for (uint8_t round = 0; round < 20; ++round) {
    const Bytes block = bench::calibration_block(4, round);
    b.ask(command(block));
    CHECK(b.heard().at(0)[0] == kAck);
    CHECK(after_power_cycle(b.storage) == block);
  }
  b.ask({kAskStatus, 2});
  CHECK((b.heard().at(0)[5] & kCalibrationValid) != 0);
}

void what_is_no_block_is_refused() {
  Bench b({bench::force_stream()});
  b.heard();
  const Bytes sound = bench::calibration_block(4, 1);
  for (size_t i = 0; i < sound.size(); ++i) {
    Bytes damaged = sound;
    damaged[i] = static_cast<uint8_t>(damaged[i] ^ 0x10);
    b.ask(command(damaged));
    CHECK(b.heard().at(0)[3] == kBadArgument);
  }
  b.ask(command({}));
  CHECK(b.heard().at(0)[3] == kBadArgument);
  CHECK(b.storage.writes == 0);
  b.ask({kStart, 1});
  b.ask(command(sound));
  CHECK(b.heard().back()[3] == kBusyStreaming);
}

// `rounds` writes before it let the sequence number wrap.
void power_cut_at_every_write(int rounds) {
  const Bytes old = bench::calibration_block(4, 1), fresh = bench::calibration_block(4, 2);
  Bench seeded({bench::force_stream()});
  for (int i = 0; i < rounds; ++i) seeded.ask(command(old));
  seeded.heard();
  bool finished = false;
  for (long cut = 1; !finished; ++cut) {
    Bench b({bench::force_stream()});
    b.heard();
    b.storage.bytes = seeded.storage.bytes;
    b.calibration.load();
    b.storage.writes_left = cut;
    b.ask(command(fresh));
    b.heard();
    finished = b.storage.writes < cut;
    const Bytes found = after_power_cycle(b.storage);
    CHECK(found == old || found == fresh);
    if (finished) CHECK(found == fresh);
  }
}

}  // namespace

void test_calibration() {
  write_and_read();
  what_is_no_block_is_refused();
  for (int rounds : {1, 2, 3, 255, 256, 257}) power_cut_at_every_write(rounds);
}
