// The messages that a device makes other than sample blocks, field by field as in docs/protocol.md.
#include "device.h"
#include "messages.h"

namespace gripforce {

Writer Device::talk() {
  return Writer(memory_.talk + kFrameHead,
                static_cast<uint8_t>(memory_.talk_bytes - kFrameOverhead));
}

Frame Device::sealed(const Writer& out) { return seal(memory_.talk, out.size()); }

Frame Device::verdict() {
  Writer out = talk();
  out.u8(reason_ == 0 ? kAck : kNak);
  out.u8(request_);
  out.u8(command_);
  if (reason_ != 0) out.u8(reason_);
  out.u32(detail_);
  return sealed(out);
}

Frame Device::hello() {
  Writer out = talk();
  out.u8(kHello);
  out.u8(kProtocol);
  out.u8(identity_.major);
  out.u8(identity_.minor);
  out.u8(identity_.patch);
  out.u32(identity_.build);
  out.u16(identity_.capabilities);
  out.u16(ring_.blocks());
  out.u16(identity_.boot);
  out.text(identity_.board);
  out.sized(identity_.uid, identity_.uid_size);
  out.u8(sampler_.streams());
  bool bounded = false;
  for (uint8_t s = 0; s < sampler_.streams(); ++s) {
    const StreamInfo info = board_.stream(s);
    out.u8(s);
    out.u8(info.width_bits);
    out.u32(info.rate_mhz);
    out.u32(info.latency_us);
    out.u8(info.block_samples);
    out.u8(info.n_channels);
    for (uint8_t c = 0; c < info.n_channels; ++c) {
      const ChannelInfo channel = board_.channel(s, c);
      out.u8(channel.kind);
      out.u8(channel.unit);
      out.u16(channel.scale_mantissa);
      out.i8(channel.scale_exponent);
      out.i32(channel.full_scale_counts);
      out.i32(channel.skew_us);
      if (board_.capacity_dn(channel.kind) != 0) bounded = true;
    }
  }
  for (uint8_t s = 0; bounded && s < sampler_.streams(); ++s) {
    for (uint8_t c = 0; c < sampler_.stream(s).n_channels; ++c) {
      out.u16(board_.capacity_dn(board_.channel(s, c).kind));
    }
  }
  return sealed(out);
}

Frame Device::status(uint8_t* frame, uint8_t room) {
  uint16_t flags = board_.flags();
  if (streaming_) flags |= kStreaming;
  if (failed_parts_ != 0) flags |= kSelfTestFailed;
  if (calibration_.valid()) flags |= kCalibrationValid;
  Writer out(frame + kFrameHead, static_cast<uint8_t>(room - kFrameOverhead));
  out.u8(kStatus);
  out.u32(board_.tick_us());
  out.u16(flags);
  out.u16(identity_.boot);
  out.u16(board_.battery_mv());
  out.u32(blocks_sent_);
  out.u16(board_.adc_errors());
  out.u16(rx_errors_);
  out.u8(sampler_.streams());
  for (uint8_t s = 0; s < sampler_.streams(); ++s) {
    out.u8(s);
    out.u32(sampler_.stream(s).taken);
    out.u32(sampler_.stream(s).overflows);
    out.u16(ring_.buffered(s));
  }
  return seal(frame, out.size());
}

Frame Device::trigger(const Edge& edge) {
  Writer out(memory_.notice + kFrameHead,
             static_cast<uint8_t>(memory_.notice_bytes - kFrameOverhead));
  out.u8(kTrigger);
  out.u8(edge.line);
  out.u8(edge.rising);
  out.u32(edge.tick);
  out.u16(edge.index);
  return seal(memory_.notice, out.size());
}

Frame Device::fired() {
  Writer out(memory_.notice + kFrameHead,
             static_cast<uint8_t>(memory_.notice_bytes - kFrameOverhead));
  out.u8(kFired);
  out.u8(watch_.stream());
  out.u8(watch_.line());
  out.u8(watch_.index());
  out.u32(watch_.sample_tick());
  out.u32(watch_.raised_tick());
  watch_.disarm();
  return seal(memory_.notice, out.size());
}

Frame Device::notice() {
  Edge edge;
  if (watch_.has_fired()) return fired();
  if (board_.next_edge(&edge)) return trigger(edge);
  if (board_.tick_us() - status_tick_ < kStatusPeriodUs) return Frame{nullptr, 0};
  status_tick_ += kStatusPeriodUs;
  return status(memory_.notice, memory_.notice_bytes);
}

Frame Device::calibration_block() {
  uint8_t* payload = args();
  payload[0] = kCalibrationBlock;
  payload[1] = request_;
  calibration_.read(payload + 2);
  return seal(memory_.talk, static_cast<uint8_t>(calibration_.size() + 2));
}

Frame Device::self_test_reply() {
  Writer out = talk();
  out.u8(kSelfTestReply);
  out.u8(request_);
  out.u16(failed_parts_);
  return sealed(out);
}

Frame Device::time_reply() {
  Writer out = talk();
  out.u8(kTimeReply);
  out.u8(request_);
  out.u32(received_tick_);
  out.u32(board_.tick_us());
  return sealed(out);
}

}  // namespace gripforce
