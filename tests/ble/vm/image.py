"""Build a machine with Debian's kernel and bluetoothd: a kernel, and a file system in memory.

Programs and their libraries are this system's own (``DEBIAN`` in the Makefile names the packages);
only the kernel is fetched, because its package is not meant to be installed in a container.
"""

import io
import lzma
import re
import shutil
import struct
import subprocess
import tarfile
from pathlib import Path

PROGRAMS = (
    "/bin/busybox", "/usr/libexec/bluetooth/bluetoothd", "/usr/bin/btattach",
    "/usr/bin/dbus-daemon", "/usr/bin/socat",
)  # fmt: skip
EMULATOR = "qemu-system-x86_64"
MODULES = (
    "virtio_pci", "virtio_console", "virtio_net", "bluetooth", "hci_uart", "uhid",
    "ctr", "drbg", "sha512_generic", "cmac", "ecb", "algif_hash", "algif_skcipher",
)  # fmt: skip
HOUSES = "(crypto|lib|net|arch/x86/crypto|drivers/(virtio|char|net|bluetooth|hid|tty))"
"""Where modules live that are ours or that ours need."""
BUS = b"""<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path=/run/dbus/system_bus_socket</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
  </policy>
</busconfig>
"""
FILES = {
    "etc/bus.conf": BUS,
    "etc/passwd": b"root:x:0:0:root:/:/bin/sh\n",
    "etc/group": b"root:x:0:\n",
    "etc/bluetooth/main.conf": b"[General]\nName=machine\n[Policy]\nAutoEnable=true\n",
}


def why_not():
    """Return why no machine can be built here, or None."""
    missing = [tool for tool in (EMULATOR, "apt-get", "dpkg-deb") if shutil.which(tool) is None]
    missing += [program for program in PROGRAMS if not Path(program).exists()]
    return f"there is no {', '.join(missing)}" if missing else None


def build(folder):
    """Return kernel and file system, built into a folder unless they are there."""
    kernel, memory_disk = folder / "vmlinux", folder / "disk.cpio"
    if not memory_disk.exists() or memory_disk.stat().st_mtime < newest_source():
        folder.mkdir(parents=True, exist_ok=True)
        image, modules = unpack(fetch_kernel(folder))
        kernel.write_bytes(unpacked_kernel(image))
        memory_disk.write_bytes(pack(modules))
    return kernel, memory_disk


def newest_source():
    return max(path.stat().st_mtime for path in Path(__file__).parent.iterdir())


def fetch_kernel(folder):
    """Return the package of Debian's present kernel; the cloud kernel has no Bluetooth."""
    there = list(folder.glob("linux-image-*.deb"))
    if not there:
        depends = run("apt-cache", "depends", "linux-image-amd64")
        package = re.search(r"Depends: (linux-image-\S+)", depends).group(1)
        run("apt-get", "-qq", "-o", "APT::Sandbox::User=root", "download", package, cwd=folder)
        there = list(folder.glob("linux-image-*.deb"))
    return there[0]


def unpack(package):
    """Return the kernel and its modules by name."""
    kernel, modules = b"", {}
    wanted = re.compile(rf".*/kernel/{HOUSES}/.*\.ko")
    with (
        subprocess.Popen(["dpkg-deb", "--fsys-tarfile", package], stdout=subprocess.PIPE) as dpkg,
        tarfile.open(fileobj=dpkg.stdout, mode="r|") as tree,
    ):
        for member in tree:
            if member.name.startswith("./boot/vmlinuz"):
                kernel = tree.extractfile(member).read()
            elif wanted.fullmatch(member.name):
                modules[one_name(Path(member.name).stem)] = tree.extractfile(member).read()
    return kernel, modules


def unpacked_kernel(image):
    """Return the kernel in an image, which QEMU boots (PVH): to unpack itself it takes 3 s there.

    Setup sectors, offset and length of the payload: Documentation/arch/x86/boot.rst.
    """
    begin, size = struct.unpack_from("<II", image, 0x248)
    begin += (image[0x1F1] + 1) * 512
    payload = image[begin : begin + size]
    packed_by_xz = payload.startswith(b"\xfd7zXZ")
    return lzma.LZMADecompressor().decompress(payload) if packed_by_xz else image


def one_name(module):
    return module.replace("-", "_")


def in_order(modules):
    """Return the modules that are needed, each after those that it needs."""
    order = []

    def add(name):
        content = modules.get(one_name(name))
        if content is None or one_name(name) in order:  # built in, or there already
            return
        for kind, value in re.findall(rb"\0(depends|softdep)=([^\0]*)", content):
            text = value.decode().split("post:")[0]
            for needed in text.split(",") if kind == b"depends" else text.split()[1:]:
                add(needed)
        order.append(one_name(name))

    for name in MODULES:
        add(name)
    return order


def pack(modules):
    """Return the file system as a newc cpio archive."""
    archive = Archive()
    for folder in ("dev", "proc", "sys", "tmp", "run", "var/lib"):
        archive.folder(folder)
    archive.file("init", (Path(__file__).parent / "init").read_bytes())
    for program in PROGRAMS:
        folder = "bin/" if program == "/bin/busybox" else "usr/bin/"
        archive.file(folder + Path(program).name, Path(program).read_bytes())
        for library in libraries(program):
            archive.file(library.lstrip("/"), Path(library).read_bytes())
    order = in_order(modules)
    for name in order:
        archive.file(f"modules/{name}.ko", modules[name])
    archive.file("modules/order", "".join(f"{name}.ko\n" for name in order).encode())
    for name, content in FILES.items():
        archive.file(name, content)
    return archive.closed()


def libraries(program):
    """Return the paths at which a program finds what it is linked with."""
    listed = subprocess.run(["ldd", program], capture_output=True, text=True, check=False)
    return re.findall(r"(/\S+) \(0x", listed.stdout)


class Archive:
    """A newc cpio archive, each file and folder once."""

    def __init__(self):
        self._out = io.BytesIO()
        self._names = set()

    def folder(self, name):
        for parent in reversed([name, *map(str, Path(name).parents)][:-1]):
            self._entry(parent, 0o040755, b"")

    def file(self, name, content):
        self.folder(str(Path(name).parent)) if "/" in name else None
        self._entry(name, 0o100755, content)

    def closed(self):
        self._entry("TRAILER!!!", 0, b"")
        return self._out.getvalue()

    def _entry(self, name, mode, content):
        if name in self._names:
            return
        self._names.add(name)
        path = name.encode() + b"\0"
        fields = [len(self._names), mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(path), 0]
        self._out.write(b"070701" + "".join(f"{field:08x}" for field in fields).encode() + path)
        self._pad()
        self._out.write(content)
        self._pad()

    def _pad(self):
        self._out.write(bytes(-self._out.tell() % 4))


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, check=True, **options)
    return done.stdout
