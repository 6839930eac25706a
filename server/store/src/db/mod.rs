//! The two databases behind one face.
