using CsCheck;

namespace Downbeat.Tests.Score;

public sealed class SectionScoreTests
{
    // Inputs and results published with mir_eval (tests/data/segment, pairs 00, 01 and 05): the borders with the label of the part that each begins; the last one ends it.
    private const string Reference00 =
        "0.383 Intro|7.332 Verse|27.109 Verse|47.015 Bridge|67.123 Verse (Guitar Solo)|87.103 Verse|107.649 Bridge|128.114 Outro (fade-out)|142.763";

    private const string Estimate00 =
        "0 A|6 B|14.8 C|26.4 B|34.8 C|46.6 D|52.6 E|58 F|67.2 G|85.8 B|95 C|107.2 D|114 E|119 F|127.8 D|133.8 E|138.4 H|147.4";

    private const string Reference01 =
        "0.436 N|111.316 A|124.345 B|137.409 C|154.178 A|167.193 B|180.41 C|197.305 A|210.605 B|224.052 C|241.258 A|254.268 B|267.205 C'|292.617";

    private const string Estimate01 = "0 N1|5.55 B|17.264 N2|23.116 B|36.467 N3|110.98 A|154.076 A|197.265 A|241.232 N5|291.979";

    private const string Reference05 =
        "0.372 A|23.49 A|147.424 A|171.866 C|183.994 C|196.361 D|208.201 C|220.353 D|232.328 C|254.136 D|266.072 C|278.6 D|302.37 C|315.045 D|327.589 D|341.35 A|431.961";

    private const string Estimate05 =
        "0 1|27.408 2|68.069 3|94.822 4|128.659 5|147.444 6|160.784 7|193.152 8|232.371 9|251.103 10|255.417 11|266.069 12|276.23 13|279.931 14|302.55 15|315.533 16|339.258 17|341.066 18|366.039 19|402.347 20|431.962";

    [Theory]
    [InlineData(Reference00, Estimate00, 0.42857142857142855, 0.6428571428571429, 0.6203513883678935)]
    [InlineData(Reference01, Estimate01, 0.4615384615384615, 0.4615384615384615, 0.550076152181219)]
    [InlineData(Reference05, Estimate05, 0.41025641025641024, 0.5128205128205129, 0.22580591492517105)]
    public void Published_pairs_of_mir_eval_score_as_published(string reference, string estimate, double atHalfSecond, double atThreeSeconds, double pairwise)
    {
        var (truth, found) = (Parts(reference), Parts(estimate));

        Assert.Equal(atHalfSecond, SectionScore.Borders(truth, found, 0.5), 1e-5);
        Assert.Equal(atThreeSeconds, SectionScore.Borders(truth, found, 3), 1e-5);
        Assert.Equal(pairwise, SectionScore.Pairwise(truth, found), 1e-5);
    }

    [Fact]
    public void The_same_form_scores_one_under_other_names()
    {
        var found = Parts("0 1|10 2|20 1|30");

        Assert.Equal(1, SectionScore.Borders(Parts("0 a|10 b|20 A|30"), found, 0.5));
        Assert.Equal(1, SectionScore.Pairwise(Parts("0 a|10 b|20 A|30"), found));
    }

    [Fact]
    public void Nothing_found_and_nothing_true_score_zero()
    {
        Assert.Equal(0, SectionScore.Borders(Parts("0 a|30"), [], 0.5));
        Assert.Equal(0, SectionScore.Borders([], Parts("0 a|30"), 0.5));
        Assert.Equal(0, SectionScore.Pairwise(Parts("0 a|30"), []));
    }

    [Fact]
    public void Trimmed_only_the_borders_inside_count()
    {
        // Untrimmed: start, end and 20 s match, three of four on each side. Trimmed: one of two.
        var (truth, found) = (Parts("0 a|10 b|20 c|30"), Parts("0 a|14 b|20 c|30"));

        Assert.Equal(0.75, SectionScore.Borders(truth, found, 3));
        Assert.Equal(0.5, SectionScore.Borders(truth, found, 3, trim: true));
        Assert.Equal(0, SectionScore.Borders(Parts("0 a|30"), Parts("0 a|30"), 3, trim: true));
    }

    [Fact]
    public void One_part_for_everything_pairs_all_and_gets_half_of_two_equal_parts()
    {
        // 200 frames: 2 · 100·99/2 = 9900 true pairs, 200·199/2 = 19900 found; precision 9900/19900, recall 1.
        var precision = 9900 / 19900.0;

        Assert.Equal(2 * precision / (precision + 1), SectionScore.Pairwise(Parts("0 a|10 b|20"), Parts("0 x|20")), 12);
    }

    [Fact]
    public void Truth_and_estimate_can_change_places()
    {
        var inside = Gen.Int[1, 59].HashSet[0, 6].Select(borders => borders.Order().Select(second => (double)second).ToArray());
        Gen.Select(inside, inside, Gen.Bool).Sample((a, b, trim) =>
            Assert.Equal(SectionScore.Borders(Parts(a), Parts(b), 3, trim), SectionScore.Borders(Parts(b), Parts(a), 3, trim), 12));
    }

    private static Stretch[] Parts(double[] borders) => Parts("0 a|" + string.Concat(borders.Select((border, n) => $"{border} {n}|")) + "60");

    private static Stretch[] Parts(string text)
    {
        var borders = text.Split('|').Select(border => border.Split(' ', 2)).ToArray();
        return [.. borders.Zip(borders[1..], (from, to) => new Stretch(Number(from), Number(to), from[1]))];

        static double Number(string[] border) => double.Parse(border[0], System.Globalization.CultureInfo.InvariantCulture);
    }
}
