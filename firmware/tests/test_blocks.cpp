// Sampler and ring: nothing vanishes without being counted, and what is kept can be had back.
#include <map>

#include "bench.h"
#include "check.h"

using namespace gripforce;
using bench::Bench;
using bench::Bytes;

namespace {

uint32_t first_of(const Bytes& p) { return get32(p.data() + block::kFirst); }
bool is_block(const Bytes& p) { return p[0] == kSampleBlock; }

struct Row {
  uint32_t taken, overflows;
  uint16_t buffered;
};

Row status_row(const Bytes& status, uint8_t s) {
  const uint8_t* at = status.data() + 20 + 11 * s + 1;
  return {get32(at), get32(at + 4), get16(at + 8)};
}

Bytes resend(uint8_t s, uint32_t first, uint16_t count) {
  Bytes p = {kResend, 9, s, 0, 0, 0, 0, 0, 0};
  put32(p.data() + 3, first);
  put16(p.data() + 7, count);
  return p;
}

void start(Bench& b) {
  b.drain();
  b.ask({kStart, 1});
  b.heard();
}

// Each fourth is one sample short, so that no block length keeps step with a radio.
void blocks_are_full_and_in_order() {
  Bench b({bench::force_stream()});
  start(b);
  uint32_t expected = 0, blocks = 0;
  for (uint32_t i = 0; i < 3 * 63; ++i) {
    b.board.now = 1000 * i + 5;
    b.sample(0, i);
    for (const Bytes& p : b.heard()) {
      const uint8_t n = ++blocks % 4 == 0 ? 15 : 16;
      CHECK(is_block(p) && first_of(p) == expected && p[block::kN] == n);
      CHECK(get32(p.data() + block::kTick) == 1000 * expected + 5);
      CHECK(p.size() == 12u + 12u * n && p[block::kFlags] == 0);
      CHECK(p[block::kData] == static_cast<uint8_t>(expected));
      expected += n;
    }
  }
  CHECK(expected == 3 * 63 && blocks == 12);
  CHECK(b.sound);
}

// For any time without a listener: taken = received + lost + buffered, the counter jumps over
// what is lost, and the block after the jump says so.
void overflow_is_counted() {
  for (uint32_t taken : {64u, 65u, 79u, 80u, 81u, 200u, 1000u}) {
    Bench b({bench::force_stream()});
    start(b);
    for (uint32_t i = 0; i < taken; ++i) b.sample(0, i);
    b.ask({kStop, 2});
    const std::vector<Bytes> heard = b.heard();
    uint32_t received = 0, jumps = 0, next = 0;
    for (const Bytes& p : heard) {
      if (!is_block(p)) continue;
      if (first_of(p) != next) {
        jumps += first_of(p) - next;
        CHECK((p[block::kFlags] & kOverflow) != 0);
      } else {
        CHECK((p[block::kFlags] & kOverflow) == 0);
      }
      next = first_of(p) + p[block::kN];
      received += p[block::kN];
    }
    const Bytes status = heard.at(heard.size() - 2);
    const Row row = status_row(status, 0);
    CHECK(status[0] == kStatus && row.taken == taken && row.buffered == 0);
    CHECK(row.overflows == jumps && received + jumps == taken);
  }
}

// The books must close at any moment, not only at the end.
void books_close_at_every_moment() {
  Bench b({bench::cell_stream(), bench::cell_stream(), bench::cell_stream()}, 8, 36);
  start(b);
  std::map<uint8_t, uint32_t> received;
  uint32_t seed = 1;
  for (uint32_t i = 0; i < 5000; ++i) {
    seed = seed * 1664525 + 1013904223;
    b.board.now += 4000;
    b.sample(static_cast<uint8_t>(seed >> 24) % 3, i);
    if ((seed & 0x700) == 0) b.pull();  // a slow listener
    if ((seed & 0x3F000) == 0) b.ask({kAskStatus, 3});
    for (const Bytes& p : b.sent) {
      if (is_block(p)) received[p[block::kStream]] += p[block::kN];
      if (p[0] != kStatus) continue;
      for (uint8_t s = 0; s < 3; ++s) {
        const Row row = status_row(p, s);
        CHECK(row.taken == received[s] + row.overflows + row.buffered);
      }
    }
    b.sent.clear();
  }
}

// A radio that is slower than the converters: what it sends is in order, and what goes unsent is the
// oldest, whatever else is asked for meanwhile.
void a_slow_link_sends_in_order() {
  for (uint32_t seed = 1; seed <= 40; ++seed) {
    uint32_t chance = seed;
    Bench b({bench::cell_stream(), bench::cell_stream()}, static_cast<Place>(5 + seed % 9), 36);
    start(b);
    uint32_t next[2] = {0, 0}, received[2] = {0, 0}, jumped[2] = {0, 0};
    uint32_t asked = 0;
    for (uint32_t i = 0; i < 3000; ++i) {
      chance = chance * 1664525 + 1013904223;
      b.board.now += 1000;
      b.sample(0, i);
      if (i % 5 == 0) b.sample(1, i);
      if (chance >> 24 > 9 + seed % 7) continue;
      if (!b.device.busy() && (chance & 0x300) == 0) b.ask(resend(asked++ % 2, next[0] / 2, 50));
      b.pull();
      for (const Bytes& p : b.sent) {
        if (!is_block(p) || (p[block::kFlags] & kResent) != 0) continue;
        const uint8_t s = p[block::kStream];
        CHECK(first_of(p) >= next[s]);
        CHECK(first_of(p) == next[s] || (p[block::kFlags] & kOverflow) != 0);
        jumped[s] += first_of(p) - next[s];
        received[s] += p[block::kN];
        next[s] = first_of(p) + p[block::kN];
      }
      b.sent.clear();
    }
    CHECK(jumped[0] > 1000 && b.sound);
    for (uint8_t s = 0; s < 2; ++s) {
      const StreamState& state = b.sampler.stream(s);
      CHECK(state.taken == received[s] + state.overflows + b.ring.buffered(s));
    }
  }
}

void missed_conversions_jump_the_counter() {
  Bench b({bench::force_stream()});
  start(b);
  for (uint32_t i = 0; i < 5; ++i) b.sample(0, i);
  b.sample(0, 8, 0, 3);
  b.ask({kStop, 2});
  const std::vector<Bytes> heard = b.heard();
  CHECK(heard.at(0)[block::kN] == 5 && heard.at(0)[block::kFlags] == 0);
  CHECK(first_of(heard.at(1)) == 8 && heard.at(1)[block::kFlags] == kLateOrMissed);
  CHECK(status_row(heard.at(2), 0).taken == 9);
}

void no_sample_waits_long() {
  Bench b({{24, 1, 8, 10000, 200000}, bench::cell_stream()}, 8, 36);
  start(b);
  b.sample(0, 0);  // 10 samples a second: each goes alone
  CHECK(b.heard().size() == 1);
  b.sample(1, 0);
  CHECK(b.heard().empty());
  b.board.now += 99999;
  CHECK(b.heard().empty());
  b.board.now += 1;
  CHECK(b.heard().size() == 1);
}

void full_scale_is_flagged() {
  const uint8_t cases[][4] = {{0xFF, 0xFF, 0x7F, 1}, {0x00, 0x00, 0x80, 1}, {0xFE, 0xFF, 0x7F, 0},
                              {0x01, 0x00, 0x80, 0}, {0xFF, 0x00, 0x7F, 0}, {0xFF, 0xFF, 0xFF, 0}};
  for (const auto& c : cases) {
    Bench b({bench::cell_stream()}, 4, 36);
    start(b);
    for (int i = 0; i < 8; ++i) b.device.take(0, c, b.board.now, 0);
    CHECK(b.heard().at(0)[block::kFlags] == c[3]);
  }
}

void kept_blocks_come_again() {
  Bench b({bench::force_stream()}, 5);
  start(b);
  std::vector<Bytes> once;
  for (uint32_t i = 0; i < 158; ++i) {
    b.sample(0, i);
    for (const Bytes& p : b.heard()) once.push_back(p);
  }
  b.ask(resend(0, 100, 20));  // in the blocks that begin at 95 and 111
  std::vector<Bytes> again = b.heard();
  CHECK(again.size() == 3);
  for (size_t i = 0; i < 2; ++i) {
    Bytes expected = once.at(6 + i);
    expected[block::kFlags] |= kResent;
    CHECK(again.at(i) == expected);
  }
  CHECK(again.at(2)[0] == kAck && get32(again.at(2).data() + 3) == 31);

  b.ask(resend(0, 60, 40));  // what begins at 48 and 63 is gone; 79 and 95 are held
  again = b.heard();
  CHECK(again.size() == 3 && first_of(again.at(0)) == 79 && first_of(again.at(1)) == 95);
  CHECK(again.at(2)[0] == kNak && again.at(2)[3] == kGone && get32(again.at(2).data() + 4) == 32);

  b.ask(resend(0, 0, 10));
  CHECK(b.heard().at(0)[0] == kNak);
  b.ask(resend(0, 0, 0));
  CHECK(b.heard().at(0)[0] == kAck);
  b.ask(resend(3, 0, 1));
  CHECK(b.heard().at(0)[3] == kBadArgument);
  b.ask({kStop, 1});
  b.heard();
  b.ask(resend(0, 144, 16));  // after stop, too
  CHECK(b.heard().size() == 2);
}

void resend_works_across_the_wrap() {
  uint8_t memory[4 * Ring::block_bytes(204)];
  StreamState state;
  Ring ring(memory, 4, 204);
  Sampler sampler(ring, &state, 1);
  sampler.describe(0, bench::force_stream());
  sampler.reset();
  state.taken = 0xFFFFFFFC;
  const uint8_t zeros[12] = {0};
  for (int i = 0; i < 32; ++i) sampler.add(0, zeros, 0, 0);
  for (int i = 0; i < 2; ++i) sampler.next_block(), ring.settle();
  uint32_t from = 0;
  uint8_t n = 0;
  CHECK(sampler.kept_block(0, 0, 4, &from, &n).size != 0 && from == 0xFFFFFFFC && n == 16);
  ring.settle();
  CHECK(sampler.kept_block(0, 12, 4, &from, &n).size != 0 && from == 12);
  ring.settle();
  CHECK(sampler.kept_block(0, 28, 4, &from, &n).size == 0);
}

void every_command_is_survived_by_the_stream() {
  Bench b({bench::force_stream()});
  start(b);
  uint32_t next = 0;
  for (uint32_t i = 0; i < 25 * 63; ++i) {
    b.sample(0, i);
    if (i % 7 == 0) b.ask({static_cast<uint8_t>(0x80 + i % 13 + (i % 13 == 2 || i % 13 == 3 ? 9 : 0)),
                           static_cast<uint8_t>(i), 0, 0, 0, 0, 0, 0, 0});
    for (const Bytes& p : b.heard()) {
      if (!is_block(p) || (p[block::kFlags] & kResent) != 0) continue;
      CHECK(first_of(p) == next);
      next += p[block::kN];
    }
  }
  CHECK(next == 25 * 63);
}

}  // namespace

void test_blocks() {
  blocks_are_full_and_in_order();
  overflow_is_counted();
  books_close_at_every_moment();
  a_slow_link_sends_in_order();
  missed_conversions_jump_the_counter();
  no_sample_waits_long();
  full_scale_is_flagged();
  kept_blocks_come_again();
  resend_works_across_the_wrap();
  every_command_is_survived_by_the_stream();
}
