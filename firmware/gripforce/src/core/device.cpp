#include "device.h"

#include "bytes.h"
#include "messages.h"

namespace gripforce {

namespace {

constexpr Frame kNothingToSend = {nullptr, 0};

// The bytes that a command needs, its type and request included. (From a switch the compiler would
// make a table in RAM.)
uint8_t needed_bytes(uint8_t command) {
  if (command == kSetRate) return 7;
  if (command == kWriteCalibration) return 3;
  if (command == kResend) return 9;
  if (command == kDigitalOut) return 6;
  if (command == kWatch) return 13;
  return 2;
}

}  // namespace

Device::Device(Board& board, const Identity& identity, Ring& ring, Sampler& sampler,
               CalibrationStore& calibration, Storage& storage, uint16_t scratch_address,
               const Memory& memory)
    : board_(board),
      identity_(identity),
      ring_(ring),
      sampler_(sampler),
      calibration_(calibration),
      storage_(storage),
      scratch_address_(scratch_address),
      memory_(memory),
      reader_(memory.talk + kFrameHead, static_cast<uint8_t>(memory.talk_bytes - kFrameOverhead)),
      streaming_(false),
      listener_is_there_(false),
      noticed_(false),
      repeated_(false),
      answering_(false),
      talking_(false),
      carried_out_(true),
      whole_(true),
      wants_ack_(true),
      told_(false) {}

void Device::begin() {
  for (uint8_t s = 0; s < sampler_.streams(); ++s) sampler_.describe(s, board_.stream(s));
  sampler_.reset();
  calibration_.load();
  command_ = kAskHello;
  answering_ = true;
  wants_ack_ = false;
}

void Device::count_rx_error() {
  if (rx_errors_ != 0xFFFF) ++rx_errors_;
}

void Device::receive(uint8_t byte, uint32_t tick, uint8_t link) {
  const FrameReader::Result result = reader_.feed(byte);
  if (result == FrameReader::kNothing) return;
  if (result == FrameReader::kCorrupt || reader_.size() < 2) {  // without a request: no answer
    count_rx_error();
    return;
  }
  received_tick_ = tick;
  asker_ = link;
  whole_ = result == FrameReader::kPayload && reader_.size() >= needed_bytes(args()[0]);
  answering_ = true;
  carried_out_ = false;
}

void Device::handle() {
  carried_out_ = true;
  command_ = args()[0];
  request_ = args()[1];
  detail_ = 0;
  wants_ack_ = true;
  reason_ = whole_ ? carry_out() : static_cast<uint8_t>(kBadArgument);
  told_ = reason_ != 0;
}

uint8_t Device::carry_out() {
  switch (command_) {
    case kAskHello:
    case kAskStatus:
    case kProbeTime: return 0;
    case kStart: return start();
    case kStop: return stop();
    case kSetRate: return set_rate();
    case kReadCalibration: return calibration_.valid() ? 0 : kStorageFault;
    case kWriteCalibration: return write_calibration();
    case kResend: return resend();
    case kDigitalOut: return digital_out();
    case kSelfTest: return self_test();
    case kWatch: return watch();
    default: return kUnknownCommand;
  }
}

uint8_t Device::start() {
  if (is_a_guest()) return kBusyStreaming;
  board_.stop();
  sampler_.reset();
  blocks_sent_ = 0;
  watch_.restart();
  streaming_ = board_.start();
  status_tick_ = board_.tick_us();
  listener_ = asker_;
  return streaming_ ? 0 : kConverterAbsent;
}

// Stopping twice is stopping: a host that comes to a device in an unknown state begins with it.
uint8_t Device::stop() {
  if (is_a_guest()) return kBusyStreaming;
  if (streaming_) board_.stop();
  streaming_ = false;
  watch_.disarm();
  sampler_.close_all();
  return 0;
}

uint8_t Device::set_rate() {
  const uint8_t stream = args()[2];
  const uint32_t rate_mhz = get32(args() + 3);
  if (stream >= sampler_.streams() || rate_mhz == 0) return kBadArgument;
  if ((identity_.capabilities & kCanSetRate) == 0) return kUnsupported;
  if (streaming_) return kBusyStreaming;
  if (!board_.set_rate(stream, rate_mhz)) return kUnsupported;
  sampler_.describe(stream, board_.stream(stream));
  return 0;
}

uint8_t Device::write_calibration() {
  if (streaming_) return kBusyStreaming;  // a byte of EEPROM takes 3.4 ms, and samples do not wait
  const uint8_t size = static_cast<uint8_t>(reader_.size() - 2);
  if (!calibration_is_sound(args() + 2, size)) return kBadArgument;
  return calibration_.write(args() + 2, size) ? 0 : kStorageFault;
}

uint8_t Device::resend() {
  resend_stream_ = args()[2];
  resend_next_ = get32(args() + 3);
  resend_left_ = get16(args() + 7);
  return resend_stream_ < sampler_.streams() ? 0 : kBadArgument;
}

uint8_t Device::digital_out() {
  const bool known = board_.digital_out(args()[2], args()[3] != 0, get16(args() + 4));
  return known ? 0 : kBadArgument;
}

// Firing shall be an edge, so the line goes low; which also shows whether the board has it.
uint8_t Device::watch() {
  const uint8_t channels = static_cast<uint8_t>(args()[3] | args()[4]);
  if (!streaming_) return kNotStreaming;
  if (args()[2] >= sampler_.streams() || channels >> sampler_.stream(args()[2]).n_channels != 0) {
    return kBadArgument;
  }
  if (!board_.digital_out(args()[10], false, 0)) return kBadArgument;
  watch_.arm(args() + 2);
  return 0;
}

uint8_t Device::self_test() {
  if (streaming_) return kBusyStreaming;
  failed_parts_ = board_.self_test();
  const uint8_t flipped = static_cast<uint8_t>(~storage_.read(scratch_address_));
  storage_.write(scratch_address_, flipped);
  if (storage_.read(scratch_address_) != flipped) failed_parts_ |= kStorageFailed;
  if (!ring_.memory_is_sound()) failed_parts_ |= kMemoryFailed;
  return 0;
}

void Device::take(uint8_t stream, const uint8_t* sample, uint32_t tick, uint8_t flags,
                  uint32_t missed) {
  if (!streaming_) return;
  if (watch_.fires(stream, sample, sampler_.stream(stream).width_bits / 8)) {
    board_.digital_out(watch_.line(), true, watch_.pulse_ms());
    watch_.fired(tick, board_.tick_us());
  }
  sampler_.add(stream, sample, tick, flags, missed);
}

Frame Device::next_frame() {
  ring_.settle();
  talking_ = false;
  addressee_ = listener_;
  if (answering_) {
    const Frame live = live_block_in_turn();
    if (live.size != 0) return live;
    if (!carried_out_) handle();
    const Frame frame = answer();
    repeated_ = command_ == kResend;
    talking_ = frame.bytes == memory_.talk;
    if (talking_ || repeated_) addressee_ = asker_;
    if (frame.size != 0) return frame;
    addressee_ = listener_;
  }
  if (!streaming_) return kNothingToSend;
  sampler_.close_old(board_.tick_us());
  Frame frame = kNothingToSend;
  if (noticed_) frame = next_block();  // a noisy trigger line may take every other frame, not all
  noticed_ = false;
  if (frame.size != 0) return frame;
  frame = notice();
  noticed_ = frame.size != 0;
  return noticed_ ? frame : next_block();
}

Frame Device::live_block_in_turn() {
  if (!repeated_ || !streaming_) return kNothingToSend;
  repeated_ = false;
  sampler_.close_old(board_.tick_us());
  return next_block();
}

Frame Device::next_block() {
  const Frame block = sampler_.next_block();
  if (block.size != 0) ++blocks_sent_;
  return block;
}

Frame Device::answer() {
  if (!told_) {
    const Frame frame = answer_step();
    if (frame.size != 0) return frame;
  }
  answering_ = false;
  return wants_ack_ ? verdict() : kNothingToSend;
}

Frame Device::answer_step() {
  if (command_ == kStop) return stop_step();
  if (command_ == kResend) return resend_step();
  told_ = true;
  switch (command_) {
    case kAskHello:
    case kSetRate: return hello();
    case kReadCalibration: return calibration_block();
    case kAskStatus: return status(memory_.talk, memory_.talk_bytes);
    case kProbeTime: return time_reply();
    case kSelfTest: return self_test_reply();
    default: return kNothingToSend;
  }
}

Frame Device::stop_step() {
  const Frame block = next_block();
  if (block.size != 0) return block;
  told_ = true;
  return status(memory_.talk, memory_.talk_bytes);
}

Frame Device::resend_step() {
  uint32_t from = 0;
  uint8_t n = 0;
  Frame block = kNothingToSend;
  if (resend_left_ != 0) {
    block = sampler_.kept_block(resend_stream_, resend_next_, resend_left_, &from, &n);
  }
  if (block.size == 0) {
    told_ = true;
    if (resend_left_ != 0) reason_ = kGone;
    return block;
  }
  if (from - resend_next_ < resend_left_ && from != resend_next_) reason_ = kGone;
  const uint32_t reached = from + n - resend_next_;
  resend_left_ = reached < resend_left_ ? resend_left_ - reached : 0;
  resend_next_ = from + n;
  detail_ += n;
  return block;
}

}  // namespace gripforce
