// The core on an emulated Cortex-M4: the same code as on an nRF52840, under its compiler, with a
// waveform for cells and two serial lines for USB and BLE.
#include "../gripforce/src/board/command_turns.h"
#include "../host/plain_board.h"
#include "machine.h"

using namespace gripforce;

namespace {

constexpr uint32_t kLongestPeriodMs = 100;
constexpr uint32_t kQuietTurns = 1000;  // about a millisecond: QEMU hands over a command byte by byte
constexpr Place kBlocks = 510;  // 8.0 s at 1 kHz, as on the nRF52840

// A ramp without a waveform: 4 n + channel in 22 bits, so that each count names its sample.
int32_t counts_of(uint32_t sample, uint8_t channel) {
  const uint32_t rows = options().waveform_rows;
  if (rows == 0) return static_cast<int32_t>((4 * sample + channel) & 0x3FFFFF);
  return waveform()[4 * (sample < rows ? sample : rows - 1) + channel];
}

class M4Board : public PlainBoard {
 public:
  void begin() { clock_.begin(); }
  void sleep() { clock_.sleep(); }
  // Gives the core what the converter has. In fast time a stream is as fast as its link.
  void convert(Device& device, bool link_waits) {
    const bool fast = options().fast != 0 && device.streaming();
    clock_.stop(fast);
    if (fast && link_waits) clock_.skip(period_ms_);
    for (uint32_t tick = 0; clock_.conversion_is_due(&tick);) {
      if (++milliseconds_ < period_ms_) continue;
      milliseconds_ = 0;
      const uint32_t sample = sample_;
      if (device.streaming()) ++sample_;
      take(device, tick, [sample](uint8_t c) { return counts_of(sample, c); });
    }
  }

  uint32_t tick_us() override { return clock_.tick_us(); }
  StreamInfo stream(uint8_t) override {
    return {24, kChannels, kBlockSamples, 1000000 / period_ms_, 750};
  }
  bool start() override {
    sample_ = 0;
    return true;
  }
  bool set_rate(uint8_t, uint32_t rate_mhz) override {
    const uint32_t period_ms = (1000000 + rate_mhz / 2) / rate_mhz;
    period_ms_ = period_ms < 1 ? 1 : period_ms > kLongestPeriodMs ? kLongestPeriodMs : period_ms;
    return true;
  }

 private:
  Clock clock_;
  uint32_t sample_ = 0;
  uint32_t period_ms_ = 1, milliseconds_ = 0;
};

class RamStorage : public Storage {
 public:
  RamStorage() {
    for (uint8_t& byte : bytes_) byte = 0xFF;
  }
  uint8_t read(uint16_t address) override { return bytes_[address]; }
  void write(uint16_t address, uint8_t value) override { bytes_[address] = value; }

 private:
  uint8_t bytes_[1024];
};

uint8_t ring_memory[kBlocks * Ring::block_bytes(kPayload)];
uint8_t talk[250], notice[Device::notice_bytes(1)];
const uint8_t uid[4] = {'m', '4', 0, 1};
const Identity identity = {"cortex-m4", uid, sizeof uid, 0, kCanResend | kCanStore | kCanDigitalOut | kCanSetRate,
                           BUILD_ID,    0,   1,          0};

M4Board board;
RamStorage storage;
StreamState stream_state;
Ring ring(ring_memory, kBlocks, kPayload);
Sampler sampler(ring, &stream_state, 1);
CalibrationStore calibration(storage, 64, 240);
Device device(board, identity, ring, sampler, calibration, storage, 8,
              {talk, sizeof talk, notice, sizeof notice});
Uart first_line(kUart0), second_line(kUart1);
CommandTurns commands(first_line.inbox(), second_line.inbox());

uint32_t quiet_turns;  // in which no byte came

void turn() {
  const bool first_heard = first_line.poll(board.tick_us()), second_heard = second_line.poll(board.tick_us());
  quiet_turns = first_heard || second_heard ? 0 : quiet_turns + 1;
  const bool idle = first_line.idle() && second_line.idle();
  board.convert(device, idle);
  if (commands.lost_bytes()) device.bytes_were_lost();
  while (!device.busy() && commands.has_byte()) {
    const uint8_t byte = commands.take_byte();
    device.receive(byte, commands.delimiter_tick(), commands.number());
  }
  if (!idle) return;
  const Frame frame = device.next_frame();
  if (frame.size != 0)
    (device.addressee() == 0 ? first_line : second_line).send(frame);
  else if (quiet_turns > kQuietTurns)
    board.sleep();  // otherwise QEMU would take a whole core
}

}  // namespace

int main() {
  first_line.begin();
  second_line.begin();
  board.begin();
  device.begin();
  for (;;) turn();
}
