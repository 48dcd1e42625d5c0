using Downbeat.Features.Compositions.Planning;
using Downbeat.Timing;

namespace Downbeat.Features.Compositions.Rendering;

/// <summary>
/// Counts flashes as WCAG 2.3.1 defines them: pairs of opposing changes of a tenth of the greatest relative luminance, the darker state below 0.8; and pairs of opposing changes of
/// (R − G − B) × 320 by more than 20 of which one state is a saturated red, R / (R + G + B) of 0.8 or more. Changes count where a quarter of a field makes them together, in
/// overlapping fields of a third of the width and height: so small moving lights are free, and flashing in a corner is found. Together means one way, so that
/// the field as a whole gains or loses what a quarter of it would: where as many cells darken as brighten, something moves. Only where nearly all of a field changes at once, one half of it against the
/// other, a pattern is turned over, and that counts.
/// </summary>
internal sealed class FlashCheck
{
    private const double LightChange = 0.1;
    private const double DarkerBelow = 0.8;
    private const double RedChange = 20;
    private const double SaturatedRed = 0.8;
    private const double TogetherSeconds = 0.1;

    /// <summary>Share of the limits at which a careful check already counts: coding moves what lies just below them to either side.</summary>
    private const double Care = 0.9;

    private static readonly double[] Linear = [.. Enumerable.Range(0, 256).Select(value => value / 255.0).Select(v => v <= 0.04045 ? v / 12.92 : Math.Pow((v + 0.055) / 1.055, 2.4))];

    private readonly int second;
    private readonly Changes light;
    private readonly Changes red;
    private readonly bool[] isUnsafe;
    private readonly int[] flashesAt;
    private int frame;

    private FlashCheck(FrameRate rate, int frames, double share)
    {
        second = Math.Max(1, rate.FrameAt(1));
        var together = Math.Max(1, rate.FrameAt(TogetherSeconds));
        light = new(second, together, share, LightChange, DarkerBelow, needsMark: false);
        red = new(second, together, share, RedChange, double.PositiveInfinity, needsMark: true);
        isUnsafe = new bool[frames];
        flashesAt = new int[frames];
    }

    /// <summary>Checks a film.</summary>
    /// <param name="rate">Frame rate.</param>
    /// <param name="frames">How many pictures follow.</param>
    /// <param name="pictures">Each of <see cref="FlashTrace.PictureBytes"/>; what a picture was in may be used again for the next.</param>
    public static FlashReport Of(FrameRate rate, int frames, IEnumerable<ReadOnlyMemory<byte>> pictures) => BothOf(rate, frames, pictures).Exact;

    /// <summary>Checks pictures that are still to be coded twice: by the limits, and by what comes near them.</summary>
    /// <inheritdoc cref="Of" path="/param"/>
    public static (FlashReport Exact, FlashReport Careful) BothOf(FrameRate rate, int frames, IEnumerable<ReadOnlyMemory<byte>> pictures)
    {
        var (exact, careful) = (new FlashCheck(rate, frames, 1), new FlashCheck(rate, frames, Care));
        foreach (var picture in pictures)
        {
            exact.Add(picture.Span);
            careful.Add(picture.Span);
        }

        return (exact.Report, careful.Report);
    }

    private FlashReport Report => new(light.Most / 2, red.Most / 2, FrameRange.Where(isUnsafe)) { FlashesAt = flashesAt };

    private void Add(ReadOnlySpan<byte> picture)
    {
        for (var cell = 0; cell < FlashTrace.Cells; cell++)
        {
            var (r, g, b) = (Linear[picture[3 * cell]], Linear[picture[(3 * cell) + 1]], Linear[picture[(3 * cell) + 2]]);
            light.See(cell, (0.2126 * r) + (0.7152 * g) + (0.0722 * b), false, frame);
            red.See(cell, Math.Max(0, r - g - b) * 320, r > 0 && r / (r + g + b) >= SaturatedRed, frame);
        }

        flashesAt[frame] = Math.Max(light.Count(frame), red.Count(frame)) / 2;
        if (flashesAt[frame] > SafeHits.MostFlashes)
        {
            isUnsafe.AsSpan(Math.Max(0, frame - second + 1)..(frame + 1)).Fill(true);
        }

        frame++;
    }

    /// <summary>Opposing changes of one quantity: first in each cell, then, where enough cells change together, in each field.</summary>
    private sealed class Changes(int second, int together, double share, double wholeChange, double darkerBelow, bool needsMark)
    {
        private const int FieldColumns = FlashTrace.Columns / 3;
        private const int FieldRows = FlashTrace.Rows / 3;
        private const int StepColumns = FieldColumns / 4;
        private const int StepRows = FieldRows / 3;
        private const double EnoughOfField = 0.25;
        private const int OneWay = 2;
        private const double NearlyAll = 0.75;

        private readonly double least = share * wholeChange;
        private readonly double leastOfField = share * wholeChange * EnoughOfField;
        private readonly double enoughCells = share * FieldColumns * FieldRows * EnoughOfField;
        private readonly double[] values = new double[FlashTrace.Cells];
        private readonly Cell[] cells = [.. Enumerable.Repeat(new Cell(double.PositiveInfinity, double.NegativeInfinity), FlashTrace.Cells)];
        private readonly Field[] fields =
        [
            .. from row in Enumerable.Range(0, ((FlashTrace.Rows - FieldRows) / StepRows) + 1)
               from column in Enumerable.Range(0, ((FlashTrace.Columns - FieldColumns) / StepColumns) + 1)
               select new Field(column * StepColumns, row * StepRows),
        ];
        private readonly double[] rising = new double[(FlashTrace.Columns + 1) * (FlashTrace.Rows + 1)];
        private readonly double[] falling = new double[(FlashTrace.Columns + 1) * (FlashTrace.Rows + 1)];
        private readonly double[] light = new double[(FlashTrace.Columns + 1) * (FlashTrace.Rows + 1)];

        /// <summary>Most changes of a field in a second so far.</summary>
        public int Most { get; private set; }

        /// <summary>Takes in the value of a cell.</summary>
        public void See(int index, double value, bool mark, int frame)
        {
            values[index] = value;
            ref var cell = ref cells[index];
            (cell.Low, cell.LowMark) = value < cell.Low ? (value, mark) : (cell.Low, cell.LowMark);
            (cell.High, cell.HighMark) = value > cell.High ? (value, mark) : (cell.High, cell.HighMark);
            if (cell.Direction <= 0 && value - cell.Low >= least && cell.Low < darkerBelow && (!needsMark || mark || cell.LowMark))
            {
                (cell.Direction, cell.Frame, cell.High, cell.HighMark) = (1, frame, value, mark);
            }
            else if (cell.Direction >= 0 && cell.High - value >= least && value < darkerBelow && (!needsMark || mark || cell.HighMark))
            {
                (cell.Direction, cell.Frame, cell.Low, cell.LowMark) = (-1, frame, value, mark);
            }
        }

        /// <summary>Changes in the second that ends with this frame, in the field that has most of them.</summary>
        public int Count(int frame)
        {
            Sum(rising, cell => IsLately(cells[cell], 1, frame) ? 1 : 0);
            Sum(falling, cell => IsLately(cells[cell], -1, frame) ? 1 : 0);
            Sum(light, cell => values[cell]);
            foreach (var field in fields)
            {
                Turn(field, frame);
            }

            var most = 0;
            foreach (var field in fields)
            {
                while (field.Frames.TryPeek(out var first) && first <= frame - second)
                {
                    field.Frames.Dequeue();
                }

                most = Math.Max(most, field.Frames.Count);
            }

            Most = Math.Max(Most, most);
            return most;
        }

        private void Turn(Field field, int frame)
        {
            var (up, down, mean) = (Of(rising, field), Of(falling, field), Of(light, field) / (FieldColumns * FieldRows));
            (field.Low, field.High) = (Math.Min(field.Low, mean), Math.Max(field.High, mean));
            var isTurnedOver = up + down >= NearlyAll * FieldColumns * FieldRows;
            if (field.Direction != 1 && up >= enoughCells && (isTurnedOver || (up >= OneWay * down && mean - field.Low >= leastOfField)))
            {
                (field.Direction, field.High) = (1, mean);
                field.Frames.Enqueue(frame);
            }
            else if (field.Direction != -1 && down >= enoughCells && (isTurnedOver || (down >= OneWay * up && field.High - mean >= leastOfField)))
            {
                (field.Direction, field.Low) = (-1, mean);
                field.Frames.Enqueue(frame);
            }
        }

        private bool IsLately(Cell cell, int direction, int frame) => cell.Direction == direction && cell.Frame > frame - together;

        /// <summary>Fills a table with the sums over all cells that lie above and left of each.</summary>
        private static void Sum(double[] sums, Func<int, double> value)
        {
            const int Stride = FlashTrace.Columns + 1;
            for (var row = 0; row < FlashTrace.Rows; row++)
            {
                for (var column = 0; column < FlashTrace.Columns; column++)
                {
                    var at = ((row + 1) * Stride) + column + 1;
                    sums[at] = sums[at - 1] + sums[at - Stride] - sums[at - Stride - 1] + value((row * FlashTrace.Columns) + column);
                }
            }
        }

        /// <summary>The sum over a field.</summary>
        private static double Of(double[] sums, Field field)
        {
            const int Stride = FlashTrace.Columns + 1;
            var (top, bottom) = (field.Row * Stride, (field.Row + FieldRows) * Stride);
            return sums[bottom + field.Column + FieldColumns] - sums[bottom + field.Column] - sums[top + field.Column + FieldColumns] + sums[top + field.Column];
        }

        private record struct Cell(double Low, double High)
        {
            public bool LowMark;
            public bool HighMark;
            public int Direction;
            public int Frame;
        }

        private sealed class Field(int column, int row)
        {
            public int Column { get; } = column;

            public int Row { get; } = row;

            public int Direction { get; set; }

            /// <summary>Least and most of its mean since it turned.</summary>
            public double Low { get; set; } = double.PositiveInfinity;

            public double High { get; set; } = double.NegativeInfinity;

            public Queue<int> Frames { get; } = [];
        }
    }
}
