// Calibration stand: slides in where the tray goes; a G-clamp holds a leg of it to the table.
// Long leg on the table: object hangs upside down past the edge (load axis).
// Short leg on the table: object lies with one plate upwards (grip axis).
include <parameters.scad>

module jig_stand() {
    low = rail_bottom - 0.5;                       // clear of the body's lips
    along_y(-tray_half, tray_half) {
        rail_profile();
        translate([-tray_half, low - 0.1]) square([2 * tray_half, tray_top - rail_land - rail - low + 0.2]);
        translate([-tray_half, low - stand_leg]) square([stand_length + tray_half, stand_leg + 0.1]);
        translate([stand_length - stand_leg, low - stand_rise]) square([stand_leg, stand_rise]);
        polygon([[stand_length - stand_leg - 12, low - stand_leg + 0.1], [stand_length - stand_leg + 0.1, low - stand_leg - 12],
                 [stand_length - stand_leg + 0.1, low - stand_leg + 0.1]]);
    }
}

multmatrix(print_jig_stand) jig_stand();
