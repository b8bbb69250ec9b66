"""Errors that a driver of a converter can have: one replaced expression each."""

from typing import NamedTuple


class Mutant(NamedTuple):
    """One wrong version of a driver; ``times`` says how often ``right`` occurs in it."""

    frontend: str
    right: str
    wrong: str
    error: str
    times: int = 1


def _ads(right, wrong, error, times=1):
    return Mutant("ads131m04", right, wrong, error, times)


def _hx(right, wrong, error, times=1):
    return Mutant("hx711", right, wrong, error, times)


MUTANTS = (
    _ads("SPI_MODE1", "SPI_MODE0", "data read at the other edge of SCLK"),
    _ads("SPI_MODE1", "SPI_MODE2", "clock inverted"),
    _ads("MSBFIRST", "LSBFIRST", "lowest bit first"),
    _ads("kMode = 0x0110", "kMode = 0x0310", "words of 32 bits"),
    _ads("kMode = 0x0110", "kMode = 0x0010", "words of 16 bits"),
    _ads("kMode = 0x0110", "kMode = 0x0510", "STATUS.RESET not cleared"),
    _ads("kClock = 0x0F02", "kClock = 0x0702", "channel 3 off"),
    _ads("kClock = 0x0F02", "kClock = 0x0F00", "very low power, too slow for the clock"),
    _ads("kLargestOsr = 7", "kLargestOsr = 6", "code of the slowest rate"),
    _ads("ADC_CLOCK_HZ / 2 * 1000ULL", "ADC_CLOCK_HZ * 1000ULL", "modulator clock not halved"),
    _ads("kReadRegister = 0xA000", "kReadRegister = 0x2000", "code of the read command"),
    _ads("kWriteRegister = 0x6000", "kWriteRegister = 0x4000", "code of the write command"),
    _ads("address << 7", "address << 8", "place of the register's address", 2),
    _ads("kClockRegister = 0x03", "kClockRegister = 0x05", "address of CLOCK"),
    _ads("kGainRegister = 0x04", "kGainRegister = 0x06", "address of GAIN"),
    _ads("kFourChannels = 0x2400", "kFourChannels = 0x2600", "identification of another chip"),
    _ads("write_register(kGainRegister, kGains)", "true", "gains not written"),
    _ads("write_register(kModeRegister, kMode)", "true", "mode not written"),
    _ads("1 + gain_code(gain / 2)", "gain_code(gain / 2)", "gains of 1"),
    _ads("1 + gain_code(gain / 2)", "2 + gain_code(gain / 2)", "gains too large"),
    _ads("on_drdy, FALLING", "on_drdy, RISING", "other edge of DRDY"),
    _ads("drdy_tick = micros();", "drdy_tick = micros() + 400;", "stamp 0.4 ms late"),
    _ads("crc16(frame_, 15) == crc", "crc16(frame_, 15) != crc + 1L", "CRC not checked"),
    _ads("crc16(frame_, 15) == crc", "crc16(frame_, 12) == crc", "CRC over too few words"),
    _ads(
        "frame_[15] << 8 | frame_[16]", "frame_[16] << 8 | frame_[15]", "bytes of the CRC swapped"
    ),
    _ads("SPI.transfer(frame_, sizeof frame_)", "SPI.transfer(frame_, 15)", "frame one word short"),
    _ads("frame_[i] = frame_[i + 2];", "frame_[i] = frame_[i + 1];", "byte order"),
    _ads("frame_ + 3, tick", "frame_ + 0, tick", "channels begin a word early"),
    _ads("kStateBits = 0x8700", "kStateBits = 0x8300", "reset of the converter ignored"),
    _ads("kStateBits = 0x8700", "kStateBits = 0x0700", "locked registers ignored"),
    _ads("case 3: return word == kGains;", "case 3: return true;", "gain not verified"),
    _ads("kVerifyShift = 23", "kVerifyShift = 31", "registers read back every 36 minutes"),
    _ads("elapsed < period - period / 3", "elapsed < period / 8", "four times too fast accepted"),
    _ads("tick - period, kLateOrMissed", "tick, kLateOrMissed", "tick of the older of two samples"),
    _ads("missed_ += conversions - 2;", "missed_ += conversions - 1;", "one loss too many"),
    _ads("missed_ += conversions - 2;", "", "losses not counted"),
    _ads("if (missed_ != 0) flags |= kConverterError;", "", "no flag behind an error"),
    _ads("    count_error();\n    ++missed_;\n", "    ++missed_;\n", "CRC errors not counted"),
    _ads(
        "    count_error();\n    ++missed_;\n", "    count_error();\n", "CRC errors cost no sample"
    ),
    _ads("kSilenceUs = 100000", "kSilenceUs = 10000000", "silence noticed after 10 s"),
    _ads("3 * 1023 + (outputs - 1)", "3 * 1023 + outputs", "delay of the filter"),
    _ads("1430511000UL / gain", "1430511000UL / (gain > 2 ? 1 : gain)", "scale without the gain"),
    _ads("  select_pin.high();\n  SPI.end", "  SPI.end", "chip select stays low"),
    _hx("return data.is_high();  //", "return true;  //", "25th clock not checked"),
    _hx(
        "for (uint8_t byte = 3; byte-- > 0;)",
        "for (uint8_t byte = 0; byte < 3; ++byte)",
        "byte order",
    ),
    _hx(
        "bits << 1 | (data.is_high() ? 1 : 0)",
        "bits << 1 | (data.is_high() ? 0 : 1)",
        "bits inverted",
    ),
    _hx("i < 8; ++i) {\n      ATOMIC", "i < 7; ++i) {\n      ATOMIC", "21 bits read"),
    _hx("delayMicroseconds(80)", "delayMicroseconds(30)", "reset pulse too short"),
    _hx("missed = conversions(cell, elapsed) - 1", "missed = 0", "losses not counted"),
    _hx("cell.flawed ? kConverterError : 0", "0", "no flag behind an error"),
    _hx("kSilencesUntilAbsent = 3", "kSilencesUntilAbsent = 100", "absence noticed late"),
    _hx("ready_tick[i] = tick;", "ready_tick[i] = tick + 3000;", "stamp 3 ms late"),
    _hx("2 * kNominalUs};", "kNominalUs};", "delay of the filter"),
    _hx("23283UL * HX711", "46566UL * HX711", "scale for gain 64"),
    _hx("kGripThumb + stream", "kGripIndex - stream", "channels exchanged"),
)
