// The comparison that raises an output: when it fires, when not, and what is said of it.
#include "bench.h"
#include "check.h"

using namespace gripforce;
using bench::Bench;
using bench::Bytes;

namespace {

constexpr uint8_t kFirstTwo = 0b0011, kThird = 0b0100;

Bytes watch(uint8_t added, uint8_t subtracted, bool rising, int32_t level, uint8_t line = 0,
            uint8_t stream = 0) {
  Bytes command = {kWatch, 7, stream, added, subtracted, static_cast<uint8_t>(rising ? 1 : 0)};
  for (int i = 0; i < 4; ++i) {
    command.push_back(static_cast<uint8_t>(static_cast<uint32_t>(level) >> 8 * i));
  }
  command.push_back(line);
  command.push_back(25);
  command.push_back(0);
  return command;
}

struct Streaming : Bench {
  Streaming() : Bench({bench::force_stream()}, 40) {
    heard();
    ask({kStart, 1});
    heard();
  }
  // Whether the line is high after a sample with these counts, a millisecond later.
  bool after(const std::vector<int32_t>& counts) {
    Bytes bytes;
    for (int32_t value : counts) {
      for (int i = 0; i < 3; ++i) {
        bytes.push_back(static_cast<uint8_t>(static_cast<uint32_t>(value) >> 8 * i));
      }
    }
    board.now += 1000;
    device.take(0, bytes.data(), board.now - 40, 0);
    return board.high;
  }
  uint8_t verdict(const Bytes& command) {
    ask(command);
    const Bytes answer = heard().back();
    return answer[0] == kAck ? uint8_t{0} : answer[3];
  }
};

void it_fires_once_where_the_sum_reaches_the_level() {
  Streaming b;
  CHECK(b.verdict(watch(kFirstTwo, kThird, true, 1000)) == 0);
  CHECK(!b.after({400, 400, -199, 9999999}));
  CHECK(b.after({400, 400, -200, -8388608}));
  CHECK(b.board.pulse_ms == 25);
  b.board.high = false;
  CHECK(!b.after({0, 0, 0, 0}) && !b.after({8388607, 8388607, -8388608, 0}));
  std::vector<Bytes> fired;
  for (const Bytes& p : b.heard()) {
    if (p[0] == kFired) fired.push_back(p);
  }
  CHECK(fired.size() == 1 && fired[0].size() == 12);
  CHECK(fired[0][1] == 0 && fired[0][2] == 0 && fired[0][3] == 0);
  CHECK(get32(fired[0].data() + 4) == 2000 - 40 && get32(fired[0].data() + 8) == 2000);
}

void it_waits_for_the_other_side_first() {
  Streaming b;
  CHECK(b.verdict(watch(1, 0, false, -500)) == 0);
  CHECK(!b.after({-600, 0, 0, 0}) && !b.after({-500, 0, 0, 0}));
  CHECK(!b.after({-499, 0, 0, 0}) && b.after({-500, 0, 0, 0}));
}

void arming_sets_the_line_low_and_counts() {
  Streaming b;
  for (uint8_t n = 0; n < 3; ++n) {
    CHECK(b.verdict(watch(1, 0, true, 10)) == 0 && !b.board.high);
    CHECK(!b.after({9, 0, 0, 0}) && b.after({10, 0, 0, 0}));
    if (n == 1) continue;  // armed again before the host has been told: its number is missing
    Bytes indices;
    for (const Bytes& p : b.heard()) {
      if (p[0] == kFired) indices.push_back(p[3]);
    }
    CHECK(indices == Bytes{n});
  }
}

void it_ends_with_the_stream() {
  Streaming b;
  CHECK(b.verdict(watch(1, 0, true, 10)) == 0);
  CHECK(!b.after({0, 0, 0, 0}));
  b.ask({kStart, 3});
  b.heard();
  CHECK(!b.after({0, 0, 0, 0}) && !b.after({20, 0, 0, 0}));
  CHECK(b.verdict(watch(1, 0, true, 10)) == 0);
  CHECK(!b.after({0, 0, 0, 0}));
  CHECK(b.verdict(watch(0, 0, true, 10)) == 0);  // nothing is watched
  CHECK(!b.after({20, 0, 0, 0}));
}

void nonsense_is_refused() {
  Streaming b;
  CHECK(b.verdict(watch(0b10000, 0, true, 0)) == kBadArgument);
  CHECK(b.verdict(watch(0, 0x80, true, 0)) == kBadArgument);
  CHECK(b.verdict(watch(1, 0, true, 0, 1)) == kBadArgument);
  CHECK(b.verdict(watch(1, 0, true, 0, 0, 1)) == kBadArgument);
  Bytes cut = watch(1, 0, true, 0);
  cut.pop_back();
  CHECK(b.verdict(cut) == kBadArgument);
  CHECK(!b.after({-1, 0, 0, 0}) && !b.after({5, 0, 0, 0}));
  b.ask({kStop, 4});
  b.heard();
  CHECK(b.verdict(watch(1, 0, true, 0)) == kNotStreaming);
}

}  // namespace

void test_watch() {
  it_fires_once_where_the_sum_reaches_the_level();
  it_waits_for_the_other_side_first();
  arming_sets_the_line_low_and_counts();
  it_ends_with_the_stream();
  nonsense_is_refused();
}
