// The words of docs/protocol.md, protocol 1.
#pragma once

#include <stdint.h>

namespace gripforce {

constexpr uint8_t kProtocol = 1;

enum MessageType : uint8_t {
  kHello = 0x01,
  kStatus = 0x02,
  kSampleBlock = 0x03,
  kTrigger = 0x04,
  kAck = 0x05,
  kNak = 0x06,
  kTimeReply = 0x07,
  kCalibrationBlock = 0x08,
  kSelfTestReply = 0x09,
  kFired = 0x0A,
};

enum CommandType : uint8_t {
  kAskHello = 0x81,
  kStart = 0x82,
  kStop = 0x83,
  kSetRate = 0x84,
  kReadCalibration = 0x85,
  kWriteCalibration = 0x86,
  kAskStatus = 0x87,
  kProbeTime = 0x88,
  kResend = 0x89,
  kDigitalOut = 0x8A,
  kSelfTest = 0x8B,
  kWatch = 0x8C,
};

enum NakReason : uint8_t {
  kUnknownCommand = 1,
  kBadArgument = 2,
  kBusyStreaming = 3,
  kNotStreaming = 4,
  kUnsupported = 5,
  kGone = 6,
  kStorageFault = 7,
  kConverterAbsent = 8,
};

enum Capability : uint16_t {
  kCanResend = 1,
  kCanStore = 2,
  kCanDigitalOut = 4,
  kCanTrigger = 8,
  kHasBattery = 16,
  kCanSetRate = 32,
  kCanWatch = 64,
};

enum BlockFlag : uint8_t {
  kSaturated = 1,
  kLateOrMissed = 2,
  kOverflow = 4,
  kResent = 8,
  kConverterError = 16,
};

enum DeviceFlag : uint16_t {
  kStreaming = 1,
  kConverterIsAbsent = 2,
  kSelfTestFailed = 4,
  kCalibrationValid = 8,
  kWatchdogReset = 16,
  kBrownOutReset = 32,
  kImuIsAbsent = 64,
};

enum SelfTestBit : uint16_t {
  kConverterFailed = 1,
  kImuFailed = 2,
  kStorageFailed = 4,
  kMemoryFailed = 8,
  kSupplyFailed = 16,
};

enum Kind : uint8_t {
  kGripThumb = 1,
  kGripIndex = 2,
  kLoadThumb = 3,
  kLoadIndex = 4,
  kAccelX = 16,
  kAccelY = 17,
  kAccelZ = 18,
  kGyroX = 19,
  kGyroY = 20,
  kGyroZ = 21,
};

enum Unit : uint8_t { kCount = 0, kVolt = 1, kNewton = 2, kMetrePerS2 = 3, kRadianPerS = 4 };

// Where the fields of a sample block's payload lie.
namespace block {
constexpr uint8_t kStream = 1;
constexpr uint8_t kFirst = 2;
constexpr uint8_t kTick = 6;
constexpr uint8_t kFlags = 10;
constexpr uint8_t kN = 11;
constexpr uint8_t kData = 12;
}  // namespace block

}  // namespace gripforce
