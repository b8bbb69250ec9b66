// Calibration plate: takes a grip plate's place. Steel plates stand on it, edges flush (grip axis
// upright); a cord through its eye pulls in the plane of the skin (object hung upside down).
include <parameters.scad>
use <plate.scad>

module jig_plate_eye() {
    // [x, z]; the long slope is there to print without support
    along_y(-5, 5) polygon([
        [face_x - 3, plate_half - 1], [face_x - 3, plate_half + 7], [face_x + 3, plate_half + 7],
        [face_x + 11, plate_half - 1],
    ]);
}

module jig_plate() {
    out = face_x + jig_reach;
    half = steel_side / 2;
    shoe();
    plate_face(carrier_x1, out + 0.1);
    box([out, out + 3], [-half, half], [-half, half]);
    // one eye at each edge: turned over for the other digit, there is still one to pull on
    for (edge = [0, 1]) mirror([0, 0, edge]) difference() {
        jig_plate_eye();
        translate([face_x, 6, plate_half + 3.5]) rotate([90, 0, 0]) cylinder(d = jig_eye, h = 12);
    }
}

multmatrix(print_jig_plate) jig_plate();
