// Gauge: print this first, in twenty minutes. It tries each fit of the object on your printer: a slice of a
// plate's shoe for the carrier, holes for M3 and M2.5, the nut's pocket, jack and light.
include <parameters.scad>
use <plate.scad>

gauge_length = 12;
gauge_thick = 6;

module gauge_holes() {
    for (hole = [[-12, m3_clear], [-5, m3_pilot], [1, m25_pilot], [8, jack_hole], [17, led_hole]])
        translate([hole[0], 0, -1]) cylinder(d = hole[1], h = gauge_thick + 2);
    translate([-21, 0, -1]) cylinder(d = m3_clear, h = gauge_thick + 2);
    translate([-21, 0, gauge_thick - 3]) cylinder(d = m3_nut, h = 4, $fn = 6);
}

// A slice of the shoe, standing on its open end as a plate does.
module gauge_shoe() {
    intersection() {
        multmatrix(print_plate) union() { shoe(); plate_face(carrier_x1, plate_x1); }
        translate([-50, -50, 0]) cube([100, 100, gauge_length]);
    }
}

module gauge() {
    difference() {
        translate([-27, -7, 0]) cube([50, 14, gauge_thick]);
        gauge_holes();
    }
    // the shoe's back edge joins the bar
    translate([-carrier_x0 - 2, 24.4, 0]) gauge_shoe();
}

gauge();
