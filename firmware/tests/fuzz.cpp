// Any bytes at all into the whole device, in any interleaving with samples and sending: it must
// neither hang nor write where it must not (the sanitizers tell), it must send sound frames only,
// and it must answer the next sound command. `fuzz SECONDS [SEED]`: bounded by the time of the
// processor, so that a busy computer tries as much; repeatable.
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>

#include "bench.h"
#include "check.h"

using namespace gripforce;
using bench::Bench;
using bench::Bytes;

int failures = 0;

namespace {

class Random {
 public:
  explicit Random(unsigned seed) : bits_(seed) {}
  unsigned below(unsigned n) { return static_cast<unsigned>(bits_()) % n; }
  uint8_t byte() { return static_cast<uint8_t>(below(256)); }

 private:
  std::mt19937 bits_;
};

Bytes something(Random& random) {
  Bytes bytes;
  switch (random.below(4)) {
    case 0:  // noise
      bytes.resize(random.below(300));
      for (uint8_t& byte : bytes) byte = random.byte();
      return bytes;
    case 1:  // a command with noise for arguments
      bytes = {static_cast<uint8_t>(0x80 + random.below(14)), random.byte()};
      for (unsigned n = random.below(12); n > 0; --n) {
        bytes.push_back(static_cast<uint8_t>(random.below(40)));
      }
      return bench::framed(bytes);
    case 2:  // a calibration block
      bytes = {kWriteCalibration, 1};
      for (uint8_t byte : bench::calibration_block(static_cast<uint8_t>(random.below(7)), 3)) {
        bytes.push_back(byte);
      }
      return bench::framed(bytes);
    default:  // a command with one byte wrong, or cut
      bytes = bench::framed({static_cast<uint8_t>(0x81 + random.below(12)), 2, 0, 1, 0, 1, 0, 9, 0, 0, 0, 1, 0});
      bytes[random.below(static_cast<unsigned>(bytes.size()))] = random.byte();
      if (random.below(2) != 0) bytes.resize(random.below(static_cast<unsigned>(bytes.size())));
      return bytes;
  }
}

void run(unsigned seed) {
  Random random(seed);
  const bool cells = random.below(2) != 0;
  Bench b(cells ? std::vector<StreamInfo>(3, bench::cell_stream())
                : std::vector<StreamInfo>{bench::force_stream()},
          static_cast<uint8_t>(cells ? 6 : 4), static_cast<uint8_t>(cells ? 36 : 204));
  const unsigned streams = static_cast<unsigned>(b.board.streams.size());
  for (int step = 0; step < 300; ++step) {
    for (uint8_t byte : something(random)) {
      int frames = 0;
      while (b.device.busy()) {
        if (!b.pull() && b.device.busy()) ++failures;  // it would wait for ever
        if (++frames > 1000) ++failures;
        if (failures != 0) return;
      }
      b.device.receive(byte, b.board.now);
    }
    for (unsigned n = random.below(40); n > 0; --n) {
      b.board.now += random.below(5000);
      b.sample(static_cast<uint8_t>(random.below(streams)), random.below(~0u), 0,
               random.below(50) == 0 ? random.below(~0u) : 0);
    }
    if (random.below(3) != 0) b.pull();
    b.sent.clear();
    b.wire.clear();
  }
  b.feed({0});
  b.drain();
  b.sent.clear();
  b.ask({kAskHello, 77});
  bool answered = false;
  for (const Bytes& p : b.heard()) answered = answered || (p[0] == kAck && p[1] == 77);
  CHECK(answered);
  CHECK(b.sound);
}

}  // namespace

int main(int argc, char** argv) {
  const auto end = static_cast<std::clock_t>((argc > 1 ? std::atof(argv[1]) : 5) * CLOCKS_PER_SEC);
  unsigned seed = argc > 2 ? static_cast<unsigned>(std::atoi(argv[2])) : 1;
  const unsigned first = seed;
  for (; failures == 0 && std::clock() < end; ++seed) run(seed);
  std::printf("fuzz: seeds %u to %u, %d failed\n", first, seed - 1, failures);
  return failures == 0 ? 0 : 1;
}
