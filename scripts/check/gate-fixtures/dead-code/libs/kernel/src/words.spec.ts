import { orderedWord } from '#kernel/testing';

orderedWord();
