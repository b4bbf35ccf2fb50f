import { findCurrency, type Currency } from './currency.js';
import { fromUnits, isDecimal, scaleOf, toUnits } from './decimal.js';
import { declareFaults } from './domain-error.js';

const moneyFaults = declareFaults({
  'money.unknown_currency': {
    kind: 'malformed',
    title: 'Unknown currency',
    meaning: 'The currency is not the code of an active ISO 4217 currency that has a minor unit.',
  },
  'money.malformed_amount': {
    kind: 'malformed',
    title: 'Malformed amount',
    meaning:
      'An amount is a plain decimal in a JSON string, such as "1000.10": no JSON number, sign, exponent, ' +
      'blank or leading zero, at most 24 digits before the point and 8 after it.',
  },
  'money.too_many_decimals': {
    kind: 'malformed',
    title: 'Too many decimal places',
    meaning: 'The amount has more decimal places than its currency has minor units.',
  },
  'money.not_positive': {
    kind: 'malformed',
    title: 'Amount not positive',
    meaning: 'The amount must be greater than zero.',
  },
});

/** An exact, non-negative amount of one currency, kept as an integer count of its minor units. */
export class Money {
  private constructor(
    readonly currency: Currency,
    readonly minorUnits: bigint,
  ) {}

  /**
   * Reads an amount as a client sends it.
   *
   * @param pointer where the amount stands in the request, for the refusal
   * @throws DomainError `money.unknown_currency`, `money.malformed_amount`, `money.too_many_decimals`
   */
  static parse(currencyCode: string, amount: string, pointer = '/amount'): Money {
    const currency = findCurrency(currencyCode);
    if (currency === undefined) {
      throw moneyFaults['money.unknown_currency'].at('/currency', `${currencyCode} is no active currency.`);
    }
    if (!isDecimal(amount)) {
      throw moneyFaults['money.malformed_amount'].at(
        pointer,
        'The amount must be a plain decimal in a string.',
      );
    }
    if (scaleOf(amount) > currency.digits) {
      throw moneyFaults['money.too_many_decimals'].at(
        pointer,
        `${currency.code} has ${currency.digits} decimal places.`,
        { currency: currency.code, decimalPlaces: currency.digits },
      );
    }
    return new Money(currency, toUnits(amount, currency.digits));
  }

  /**
   * Reads an amount as a client sends it, which must be more than zero.
   *
   * @throws DomainError as {@link Money.parse}, and `money.not_positive`
   */
  static parsePositive(currencyCode: string, amount: string, pointer = '/amount'): Money {
    const money = Money.parse(currencyCode, amount, pointer);
    if (money.isZero()) {
      throw moneyFaults['money.not_positive'].at(pointer, 'The amount must be greater than zero.');
    }
    return money;
  }

  /** Reads an amount from a store, which may write more zeros than the currency has digits. */
  static fromStored(currencyCode: string, amount: string): Money {
    const currency = findCurrency(currencyCode);
    if (currency === undefined) throw new Error(`A stored amount has the unknown currency ${currencyCode}.`);
    const [whole = '', fraction = ''] = amount.split('.');
    const significant = fraction.replace(/0+$/, '');
    return new Money(
      currency,
      toUnits(significant === '' ? whole : `${whole}.${significant}`, currency.digits),
    );
  }

  static zero(currency: Currency): Money {
    return new Money(currency, 0n);
  }

  plus(other: Money): Money {
    return new Money(this.currency, this.minorUnits + this.unitsOf(other));
  }

  /** The difference, which must not be below zero. */
  minus(other: Money): Money {
    const minorUnits = this.minorUnits - this.unitsOf(other);
    if (minorUnits < 0n) throw new RangeError('An amount of money cannot be negative.');
    return new Money(this.currency, minorUnits);
  }

  isZero(): boolean {
    return this.minorUnits === 0n;
  }

  equals(other: Money): boolean {
    return this.minorUnits === this.unitsOf(other);
  }

  isLessThan(other: Money): boolean {
    return this.minorUnits < this.unitsOf(other);
  }

  /** The amount with exactly the currency's digits: `1000.10`, JPY `1000`. */
  toString(): string {
    return fromUnits(this.minorUnits, this.currency.digits);
  }

  private unitsOf(other: Money): bigint {
    if (other.currency.code !== this.currency.code) {
      throw new TypeError(`${other.currency.code} cannot be reckoned with ${this.currency.code}.`);
    }
    return other.minorUnits;
  }
}
