CREATE TABLE teachers (
  id integer PRIMARY KEY,
  name varchar(80) NOT NULL,
  salary numeric(9,2) NOT NULL
);
CREATE TABLE courses (
  code varchar(10) PRIMARY KEY,
  teacher_id integer REFERENCES teachers (id) ON DELETE SET NULL,
  title varchar(80) NOT NULL,
  credits integer NOT NULL CHECK (credits BETWEEN 1 AND 12)
);
CREATE TABLE students (
  id integer PRIMARY KEY,
  name varchar(80) NOT NULL,
  email varchar(120) UNIQUE,
  birth_date date NOT NULL,
  level varchar(10) NOT NULL CHECK (level IN ('bachelor', 'master', 'doctor'))
);
CREATE TABLE enrolments (
  student_id integer NOT NULL REFERENCES students (id),
  course_code varchar(10) NOT NULL REFERENCES courses (code) ON UPDATE CASCADE,
  grade integer CHECK (grade BETWEEN 1 AND 6),
  enrolled_on date NOT NULL,
  PRIMARY KEY (student_id, course_code)
);
