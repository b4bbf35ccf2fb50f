// breaks: no-test-code-in-product (3)
import '#assets/testing';
import '#testing';
import './domain/position.spec.js';
