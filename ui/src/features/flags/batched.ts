/** Puts single questions of one moment together into few requests. */

interface BatchedOptions<T> {
  /** Answers several questions at once; what it leaves out has no answer. */
  ask: (keys: string[]) => Promise<ReadonlyMap<string, T>>;
  /** How many one request may ask. */
  most: number;
  /** How long all of them may be together, with a character between them. */
  mostCharacters: number;
  /** How long to wait for more questions. */
  waitMs?: number;
}

/** Rows that come into view together ask within a few frames of each other. */
const WAIT_MS = 100;

export function batched<T>({ ask, most, mostCharacters, waitMs = WAIT_MS }: BatchedOptions<T>) {
  let waiting = new Map<string, Question<T>>();

  const send = () => {
    const asked = waiting;
    waiting = new Map();
    for (const keys of portions([...asked.keys()], most, mostCharacters)) {
      ask(keys).then(
        (answers) => {
          for (const key of keys) {
            asked.get(key)?.resolve(answers.get(key));
          }
        },
        (error) => {
          for (const key of keys) {
            asked.get(key)?.reject(error);
          }
        },
      );
    }
  };

  return (key: string): Promise<T | undefined> => {
    const known = waiting.get(key);
    if (known !== undefined) {
      return known.promise;
    }
    if (waiting.size === 0) {
      setTimeout(send, waitMs);
    }
    const question = open<T>();
    waiting.set(key, question);
    return question.promise;
  };
}

interface Question<T> {
  promise: Promise<T | undefined>;
  resolve: (answer: T | undefined) => void;
  reject: (error: unknown) => void;
}

function open<T>(): Question<T> {
  const question: Partial<Question<T>> = {};
  question.promise = new Promise((resolve, reject) => Object.assign(question, { resolve, reject }));
  return question as Question<T>;
}

function portions(keys: readonly string[], most: number, mostCharacters: number): string[][] {
  const all: string[][] = [];
  let room = 0;
  for (const key of keys) {
    const last = all.at(-1);
    if (last === undefined || last.length >= most || room < key.length + 1) {
      all.push([key]);
      room = mostCharacters - key.length;
    } else {
      last.push(key);
      room -= key.length + 1;
    }
  }
  return all;
}
