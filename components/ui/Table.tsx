import { Fragment, type ReactNode } from 'react';
import { classNames } from './classNames';
import styles from './Table.module.css';

export interface Column<Row> {
  key: string;
  /** Header text; empty for a column of marks or buttons. */
  header: ReactNode;
  /** Width as CSS length; the column without one takes what is left. */
  width?: string;
  /** Numbers stand at the right. */
  numeric?: boolean;
  cell: (row: Row) => ReactNode;
  /** The column that names the row. */
  rowHeader?: boolean;
  /** Cell of the foot. */
  foot?: ReactNode;
  /** Takes the whole width of its card on a phone. */
  wideCard?: boolean;
}

interface Props<Row> {
  /** What the table holds, for screen readers. */
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  /** Heads of groups of rows, by the key of the row that each stands above. */
  heads?: ReadonlyMap<string, ReactNode>;
  density?: 'compact' | 'roomy' | 'tall';
  /** Attributes of a row, e.g. `data-testid`. */
  rowProps?: (row: Row) => Record<`data-${string}`, string | number | undefined>;
  /** On a phone each row becomes a card with its headers as labels; the row header is its title. */
  cards?: boolean;
  className?: string;
}

/** Data table of fixed columns. Long lists are to be virtualised by the caller. */
export function Table<Row>({
  caption,
  columns,
  rows,
  rowKey,
  heads,
  density = 'compact',
  rowProps,
  cards,
  className,
}: Props<Row>) {
  const hasHeader = columns.some((column) => column.header !== '');
  const hasFoot = columns.some((column) => column.foot !== undefined);
  return (
    <div className={styles.scroll}>
      <table
        className={classNames(
          styles.table,
          density === 'roomy' && styles.roomy,
          density === 'tall' && styles.tall,
          cards && styles.cards,
          className,
        )}
      >
        <caption className="visually-hidden">{caption}</caption>
        <colgroup>
          {columns.map((column) => (
            <col key={column.key} style={column.width ? { width: column.width } : undefined} />
          ))}
        </colgroup>
        {hasHeader && (
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column.key} scope="col" className={column.numeric ? 'num' : undefined}>
                  {column.header}
                </th>
              ))}
            </tr>
          </thead>
        )}
        <tbody>
          {rows.map((row) => (
            <Fragment key={rowKey(row)}>
              {heads?.has(rowKey(row)) && (
                <tr className={styles.head}>
                  <th colSpan={columns.length} scope="colgroup">
                    {heads.get(rowKey(row))}
                  </th>
                </tr>
              )}
              <tr {...rowProps?.(row)}>
                {columns.map((column) =>
                  column.rowHeader ? (
                    <th key={column.key} scope="row">
                      {column.cell(row)}
                    </th>
                  ) : (
                    <td
                      key={column.key}
                      className={classNames(column.numeric && 'num', column.wideCard && styles.wide)}
                      data-label={cards && typeof column.header === 'string' ? column.header : undefined}
                    >
                      {column.cell(row)}
                    </td>
                  ),
                )}
              </tr>
            </Fragment>
          ))}
        </tbody>
        {hasFoot && (
          <tfoot>
            <tr>
              {columns.map((column) => (
                <td
                  key={column.key}
                  className={classNames(column.numeric && 'num', column.wideCard && styles.wide)}
                  data-label={cards && typeof column.header === 'string' ? column.header : undefined}
                >
                  {column.foot}
                </td>
              ))}
            </tr>
          </tfoot>
        )}
      </table>
    </div>
  );
}
